"""Objectives, constraints and the Bitcoin core of a portfolio. Filled by later work."""
