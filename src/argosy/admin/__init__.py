"""The admin site. Filled by the people-and-operations work."""
