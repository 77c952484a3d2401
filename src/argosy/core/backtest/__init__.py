"""Simulated clock, fills, costs, overfitting tests. Filled by later work."""
