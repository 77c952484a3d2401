"""Positions x prices x rates: values, gains, weights, explanations. Exact."""
