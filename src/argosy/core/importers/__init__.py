"""Text of a file in, draft transactions, prices or rates out. One file a format."""
