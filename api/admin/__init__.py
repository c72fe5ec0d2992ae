"""What the app's administrator may look at, without the portal."""
