"""Time-weighted, money-weighted and other returns from daily series."""
