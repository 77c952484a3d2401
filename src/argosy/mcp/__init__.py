"""The same use cases as tools for AI assistants. Filled by later work."""
