"""Reloads, lost connections, missing storage and several readers."""
