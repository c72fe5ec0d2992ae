"""Known vulnerabilities of deployed packages and of the tools (`python -m tools.audit`, part of `make check`)."""
