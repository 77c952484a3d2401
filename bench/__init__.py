"""Benchmarks against peers and limits; every figure is a ratio within one run."""
