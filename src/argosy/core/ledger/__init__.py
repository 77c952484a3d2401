"""Transactions in, positions, lots, gains and flows out. Exact."""
