"""What the app's administrator can see without the Azure portal."""
