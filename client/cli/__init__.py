"""The command line: `python -m client`."""

from client.cli.run import main

__all__ = ["main"]
