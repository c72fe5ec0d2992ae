"""Known vulnerabilities of what is deployed and of what builds it (`python -m tools.audit`, part of `make check`)."""
