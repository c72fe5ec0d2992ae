"""The client's address, as the platform reports it: a client can't forge it."""

import ipaddress

from azurefunctions.extensions.http.fastapi import Request

from shared.settings import Settings

# A household or a server has a whole /64, so a limit for a single IPv6 address would have no effect.
_IPV6_SITE_BITS = 64
_UNKNOWN = "unknown"


def client_address(request: Request, settings: Settings) -> str:
    """Return the client's address (for IPv6, its /64) as the nearest trusted proxy reports it.

    A proxy appends the address that it sees to what the client has sent, so only the last value counts. Clients whose
    last value is not an address share one name.
    """
    values = ",".join(request.headers.getlist(settings.client_address_header)).split(",")
    text = _without_port(values[-1].strip())
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return _UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_SITE_BITS), strict=False))
    return str(address)


def _without_port(text: str) -> str:
    """Azure's front end writes `203.0.113.7:51234` and `[2001:db8::1]:51234`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
