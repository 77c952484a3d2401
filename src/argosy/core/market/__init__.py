"""Assets, prices, exchange rates, calendars and splits as values."""
