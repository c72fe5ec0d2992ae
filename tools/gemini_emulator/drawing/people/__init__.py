"""Characters: people, animals and robots."""
