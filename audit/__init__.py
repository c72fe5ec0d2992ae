"""Known vulnerabilities of what is deployed and of what builds it (`python -m audit`, part of `make check`)."""
