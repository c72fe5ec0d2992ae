"""Limits on what clients may use: kept in storage with conditional writes, so that they hold across instances."""
