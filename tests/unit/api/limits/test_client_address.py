"""The client's address, as the nearest proxy reports it."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.limits.client_address import client_address
from shared.settings import load_settings
from tests.unit.api.http_requests import http_request

SETTINGS = load_settings({})


def address(*values: str, header: str = "X-Forwarded-For", **settings: str) -> str:
    request = http_request(headers={header: ",".join(values)} if values else {})
    return client_address(request, load_settings(settings))


@pytest.mark.parametrize(
    ("sent", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.1,198.51.100.2,203.0.113.7:1", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("[::1", "::/64"),
    ],
)
def test_last_value_is_the_client(sent: str, client: str) -> None:
    assert address(sent) == client


@pytest.mark.parametrize(
    "sent", [None, "", ",", "203.0.113.7,", "localhost", "203.0.113.256", "203.0.113.7, <script>", "1", "٣.3.3.3"]
)
def test_clients_without_a_valid_address_share_one_name(sent: str | None) -> None:
    headers = {} if sent is None else {"X-Forwarded-For": sent.encode().decode("latin-1")}

    assert client_address(http_request(headers=headers), SETTINGS) == "unknown"


def test_another_header_counts_only_if_the_setting_names_it() -> None:
    request = http_request(headers={"X-Forwarded-For": "203.0.113.7", "X-Azure-ClientIP": "198.51.100.1"})

    assert client_address(request, SETTINGS) == "203.0.113.7"
    by_front_door = load_settings({"CLIENT_ADDRESS_HEADER": "X-Azure-ClientIP"})
    assert client_address(request, by_front_door) == "198.51.100.1"


@given(st.lists(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0")), max_size=5), st.ip_addresses())
def test_only_what_the_proxy_appends_counts(
    forged: list[str], seen: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    assert address(*forged, str(seen)) == address(str(seen)) != "unknown"


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_addresses_of_one_64_bit_network_are_one_client(one: int, other: int) -> None:
    network = int(ipaddress.IPv6Address("2001:db8:1:2::"))

    assert address(str(ipaddress.IPv6Address(network + one))) == address(str(ipaddress.IPv6Address(network + other)))
