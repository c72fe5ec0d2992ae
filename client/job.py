"""What the command line runs: one command against one app."""

from typing import Protocol

from client.exit_status import ExitStatus


class Job(Protocol):
    """One command under way."""

    async def run(self) -> ExitStatus:
        """Do it, and return how it ended.

        Raises:
            ClientError: the app could not do it.
            UsageError: what was given turned out to be of no use.
            OSError: a file could not be written.
        """
        ...

    def how_to_go_on(self, reason: BaseException) -> str:
        """Return how things stand after it was broken off by `reason`, and what to go on with; "" for nothing."""
        ...

    def close(self) -> None:
        """Close its files."""
        ...
