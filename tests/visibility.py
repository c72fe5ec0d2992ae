"""After a kill, the work of a host goes on after a second instead of the minute of host.json."""

_PROVIDER = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__"

SHORT_VISIBILITY = {
    f"{_PROVIDER}controlQueueVisibilityTimeout": "00:00:01",
    f"{_PROVIDER}workItemQueueVisibilityTimeout": "00:00:01",
}
