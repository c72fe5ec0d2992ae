"""The host around the engine: settings, routes, keys, HTTP, command line."""
