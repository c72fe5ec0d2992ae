"""The Durable API's addresses: for clients (webhooks) and for the SDK inside the app (RPC)."""

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from tools.devhost.functions import Binding

WEBHOOK_PATH = "/runtime/webhooks/durabletask"

#: The SDK replaces this text in the binding's addresses.
_ID_PLACEHOLDER = "INSTANCEID"


@dataclass(frozen=True, slots=True)
class DurableUrls:
    """Addresses of one running host. `rpc_path` holds a secret of this process: only its own app learns it."""

    origin: str
    rpc_path: str
    hub_name: str
    system_key: str

    @property
    def query(self) -> str:
        return urlencode({"taskHub": self.hub_name, "connection": "Storage", "code": self.system_key})

    def binding(self, binding: Binding) -> str:
        """The JSON text a durable client binding is given."""
        base = f"{self.origin}{WEBHOOK_PATH}"
        create = f"{base}/orchestrators/{{functionName}}[/{{instanceId}}]?{self.query}"
        return json.dumps(
            {
                "taskHubName": binding.text("taskHub") or self.hub_name,
                "connectionName": binding.text("connectionName") or "Storage",
                "creationUrls": {
                    "createNewInstancePostUri": create,
                    "createAndWaitOnNewInstancePostUri": f"{create}&timeout={{timeoutInSeconds}}"
                    "&pollingInterval={intervalInSeconds}",
                },
                "managementUrls": self.management(_ID_PLACEHOLDER),
                "baseUrl": base,
                "requiredQueryStringParameters": self.query,
                "rpcBaseUrl": f"{self.origin}{self.rpc_path}/",
                "httpBaseUrl": base,
            }
        )

    def management(self, instance_id: str) -> dict[str, str]:
        """Return the addresses by which an instance is watched and controlled, as the SDK gets them."""
        return self._addresses(instance_id, self.origin)

    def for_caller(self, instance_id: str, origin: str) -> dict[str, str]:
        """Return the addresses as a start answers with them: at the server the caller named, without rewind."""
        addresses = self._addresses(instance_id, origin)
        del addresses["rewindPostUri"]
        return addresses

    def _addresses(self, instance_id: str, origin: str) -> dict[str, str]:
        base = f"{origin}{WEBHOOK_PATH}/instances/{quote(instance_id, safe='')}"
        because = f"reason={{text}}&{self.query}"
        return {
            "id": instance_id,
            "statusQueryGetUri": f"{base}?{self.query}",
            "sendEventPostUri": f"{base}/raiseEvent/{{eventName}}?{self.query}",
            "terminatePostUri": f"{base}/terminate?{because}",
            "rewindPostUri": f"{base}/rewind?{because}",
            "purgeHistoryDeleteUri": f"{base}?{self.query}",
            "restartPostUri": f"{base}/restart?{self.query}",
            "suspendPostUri": f"{base}/suspend?{because}",
            "resumePostUri": f"{base}/resume?{because}",
        }
