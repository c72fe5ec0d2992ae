"""Who calls, whatever the caller says."""

import pytest

from api.client_address import client_address
from shared.settings import load_settings
from tests.unit.api.http_requests import http_request

SETTINGS = load_settings({})


def address(*forwarded: str) -> str:
    return client_address(http_request(headers={"x-forwarded-for": ", ".join(forwarded)}), SETTINGS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:3:4:5:6]:51234", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_an_address_is_known_in_each_form_that_proxies_write(value: str, expected: str) -> None:
    assert address(value) == expected


def test_addresses_of_one_ipv6_site_are_one_client() -> None:
    assert address("2001:db8::1") == address("2001:db8::ffff:1")
    assert address("2001:db8::1") != address("2001:db8:0:1::1")


@pytest.mark.parametrize("forged", ["198.51.100.1", "198.51.100.1, 198.51.100.2", "unknown", "", "a" * 5000])
def test_what_the_caller_writes_stands_before_what_the_proxy_adds(forged: str) -> None:
    assert address(forged, "203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("value", ["", "what", "203.0.113", "203.0.113.7.8", "[2001:db8::1", "203.0.113.7 x"])
def test_callers_without_an_address_share_one_name(value: str) -> None:
    assert address(value) in {"unknown", "2001:db8::/64"}


def test_the_header_of_another_proxy_counts_only_if_a_setting_names_it() -> None:
    request = http_request(headers={"x-forwarded-for": "203.0.113.7", "x-azure-clientip": "198.51.100.9"})

    assert client_address(request, SETTINGS) == "203.0.113.7"
    behind_front_door = load_settings({"CLIENT_ADDRESS_HEADER": "X-Azure-ClientIP"})
    assert client_address(request, behind_front_door) == "198.51.100.9"
