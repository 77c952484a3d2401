"""Wire forms: `...In` comes in, `...Out` goes out."""
