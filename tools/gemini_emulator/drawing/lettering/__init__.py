"""Text in pictures: fonts, lines and speech bubbles."""
