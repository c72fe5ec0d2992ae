"""Limits for clients, kept in storage with conditional writes, so that they hold across instances."""
