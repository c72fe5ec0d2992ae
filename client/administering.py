"""The commands of the app's administrator: they look, and change nothing."""

from client.admin import describe_generations, describe_metrics
from client.commands import Administered, AdminList, AdminMeasure, Connection
from client.exit_status import ExitStatus
from client.manga_client import MangaClient
from client.show import report_interruption


class Administering:
    """One such command."""

    def __init__(self, connection: Connection, command: Administered) -> None:
        self._connection = connection
        self._command = command

    async def run(self) -> ExitStatus:
        """Ask, and print the answer (see `Job.run`)."""
        connection = self._connection
        async with MangaClient(connection.url, key=connection.key, on_coming_back=report_interruption) as client:
            match self._command:
                case AdminList(status, limit, token):
                    print(describe_generations(await client.admin_generations(status, limit, token)))
                case AdminMeasure(hours):
                    print(describe_metrics(await client.admin_metrics(hours)))
        return ExitStatus.OK

    def how_to_go_on(self, reason: BaseException) -> str:
        """See `Job.how_to_go_on`."""
        del reason
        return ""

    def close(self) -> None:
        """Nothing is open."""
