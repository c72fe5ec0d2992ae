"""A model that answers at once: what is left is what the app itself costs."""
