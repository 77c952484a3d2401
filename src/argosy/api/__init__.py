"""The REST edge: routes, schemas, one table of errors."""
