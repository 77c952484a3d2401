"""The outside world: market-data adapters, islands to each other."""
