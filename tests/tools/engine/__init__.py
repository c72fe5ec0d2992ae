"""The durable engine, by its parts and with the real SDK."""
