"""Timers that keep the app's storage small."""
