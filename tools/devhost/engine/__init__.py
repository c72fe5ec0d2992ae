"""The durable engine: orchestrations, activities, timers and entities on SQLite. It knows nothing of HTTP routes."""
