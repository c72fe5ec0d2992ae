"""What the host serves: the app's routes, the Durable management API, keys."""
