"""Measurements: each figure beside a baseline from the same run, since machines differ and drift."""
