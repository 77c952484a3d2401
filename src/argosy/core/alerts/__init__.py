"""Alerts: what they wait for, when they are told, and in which words."""
