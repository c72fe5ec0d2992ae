"""Function apps that rows run in place of the app."""
