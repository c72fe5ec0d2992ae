"""The same work on DBOS, another durable engine for Python, with SQLite as its store."""
