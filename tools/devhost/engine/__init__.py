"""The durable engine: orchestrations, activities, timers and entities on SQLite. It does not depend on HTTP."""
