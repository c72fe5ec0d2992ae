"""Shows what a start or a retry will cost, and asks before it spends more than the user has agreed to."""

import asyncio
import sys

from client.cli.commands import Generate, Retry
from client.cli.exit_status import ExitStatus
from client.cli.output.advice import Connection
from client.cli.output.descriptions import describe_chapters, highest_price, summarize_estimate
from client.cli.output.progress import report_interruption
from client.errors import ProtocolBroken, Unreachable
from client.manga_client import MangaClient
from shared.models.http.estimate import GenerationEstimate

_NOT_STARTED = "Nothing was started."


class PriceCheck:
    """Runs before a generation is started, or a retry of it."""

    def __init__(self, connection: Connection, command: Generate | Retry) -> None:
        self._connection = connection
        self._command = command

    def run(self) -> ExitStatus:
        """Print the estimate, and return OK if the user agrees to it.

        The question waits outside the event loop, so that Ctrl-C ends it.

        Raises:
            ClientError: the app gave no estimate.
        """
        estimate = asyncio.run(self._estimate())
        print("\n".join([*describe_chapters(estimate), summarize_estimate(estimate)]), flush=True)
        if self._is_agreed(estimate):
            return ExitStatus.OK
        if not sys.stdin.isatty():
            print(f"{_NOT_STARTED} {_advice(estimate)}", file=sys.stderr, flush=True)
            return ExitStatus.USAGE
        if _confirms("Draw it? [y/N] "):
            return ExitStatus.OK
        print(_NOT_STARTED, file=sys.stderr, flush=True)
        return ExitStatus.FAILED

    def advice_after(self, reason: BaseException) -> str:
        """Return what to do after `reason` ended the check."""
        # An app without estimates may have started the generation.
        return "" if isinstance(reason, ProtocolBroken | Unreachable) else _NOT_STARTED

    async def _estimate(self) -> GenerationEstimate:
        connection = self._connection
        async with MangaClient(connection.url, key=connection.key, on_coming_back=report_interruption) as client:
            if isinstance(self._command, Retry):
                return await client.estimate_retry(self._command.generation_id)
            return await client.estimate(self._command.request)

    def _is_agreed(self, estimate: GenerationEstimate) -> bool:
        if self._command.is_agreed or estimate.is_free:
            return True
        limit = self._command.max_price
        return limit is not None and estimate.price is not None and estimate.price.max <= limit


def _confirms(question: str) -> bool:
    try:
        return input(question).strip().casefold() in {"y", "yes"}
    except EOFError:
        return False


def _advice(estimate: GenerationEstimate) -> str:
    if estimate.price is None:
        return "The price is not known. Add --yes to agree to any price."
    limit = f"--max-price {highest_price(estimate.price)}"
    return f"Add {limit} to agree to a price up to that, or --yes to agree to any price."
