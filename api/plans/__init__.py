"""The plan of a generation, for clients: read, and edited."""
