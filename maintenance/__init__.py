"""What keeps the app's storage bounded, with nobody waiting for it."""
