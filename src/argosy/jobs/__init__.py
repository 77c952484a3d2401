"""One table of schedules; the embedded runner and Celery both read it. Filled by later work."""
