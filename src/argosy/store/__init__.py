"""The database: all SQL. SQLite and PostgreSQL from one code base."""
