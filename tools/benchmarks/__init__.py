"""Benchmarks of what a user of the app notices: `make bench` (docs/benchmarks.md)."""
