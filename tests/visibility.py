"""After a kill, the work of devhost goes on after a second instead of the minute of host.json."""

from collections.abc import Mapping

from devstack.host_program import is_devhost

_PROVIDER = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__"


def short_visibility() -> Mapping[str, str]:
    """Return the settings for it. Another host may not renew its messages within a second: it keeps its minute."""
    if not is_devhost():
        return {}
    return {
        f"{_PROVIDER}controlQueueVisibilityTimeout": "00:00:01",
        f"{_PROVIDER}workItemQueueVisibilityTimeout": "00:00:01",
    }
