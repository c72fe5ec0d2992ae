"""The durable engine: its parts, and the whole with the real SDK."""
