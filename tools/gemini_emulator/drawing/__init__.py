"""Draws character sheets and storyboard panels with Pillow."""
