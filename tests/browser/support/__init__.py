"""Page object, devices, and checks of the browser tests."""
