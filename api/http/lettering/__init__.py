"""The endpoints about lettering as text."""
