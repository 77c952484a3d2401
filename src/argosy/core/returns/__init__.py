"""The only crossing from Decimal to float64: daily series built from exact quantities."""
