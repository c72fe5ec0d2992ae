"""A check of the configured image model with a real key: `make check-model`."""
