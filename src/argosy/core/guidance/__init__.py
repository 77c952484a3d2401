"""Recommendation, workflow and the scoring of decisions. Filled by later work."""
