"""Accessibility, keyboard, layout and looks."""
