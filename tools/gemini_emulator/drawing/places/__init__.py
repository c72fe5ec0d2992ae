"""What is behind the characters."""
