"""Endpoints about the app itself: administration, health, its description, and preflight requests."""
