"""Indicators, signals with entry, take-profit and stop-loss, bias. Filled by later work."""
