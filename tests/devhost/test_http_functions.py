"""HTTP functions through the host: unbuffered both ways, and as Azure's proxy passes them on."""

import contextlib
import gzip
import http.client
import json
from collections.abc import Iterator

import httpx
import pytest

from tests.engine.host_process import HostProcess
from tests.engine.waiting import wait_until


def test_request_arrives_with_its_parts(host: HostProcess) -> None:
    url = f"{host.origin}/api/echo/caf%C3%A9?a=1&b=%26"
    answer = httpx.post(url, content=b"x" * 1000, headers={"X-Mine": "kept", "Host": "comics.example"}).json()
    assert answer["params"] == {"name": "café"}
    assert answer["query"] == {"a": "1", "b": "&"}
    assert (answer["size"], answer["method"], answer["headers"]["x-mine"]) == (1000, "POST", "kept")
    assert answer["headers"]["x-forwarded-host"] == "comics.example"
    assert answer["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert answer["headers"]["x-forwarded-proto"] == "http"


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 100_000), b"not packed at all"])
def test_a_packed_body_is_left_for_the_app_to_unpack(host: HostProcess, body: bytes) -> None:
    answer = httpx.post(f"{host.origin}/api/echo/x", content=body, headers={"Content-Encoding": "gzip"})
    assert answer.json()["size"] == len(body)
    assert answer.json()["headers"]["content-encoding"] == "gzip"


@pytest.mark.parametrize("authority", ["comics.example", "somebody@comics.example:1", "127.0.0.1:1"])
def test_a_target_that_names_another_server_is_answered_here(host: HostProcess, authority: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", f"http://{authority}/api/echo/x%2Fy?a=%26")
        answer = json.loads(connection.getresponse().read())
    assert (answer["params"], answer["query"]) == ({"name": "x/y"}, {"a": "&"})


def test_headers_that_are_no_text_are_refused(host: HostProcess) -> None:
    url = f"{host.origin}/api/echo/x"
    assert httpx.get(url, headers=[(b"X-Mine", b"caf\xe9")]).status_code == 400
    assert httpx.get(url, headers=[(b"X-Mine", "caf\u00e9".encode())]).status_code == 200


def test_headers_named_in_any_connection_header_are_not_passed_on(host: HostProcess) -> None:
    headers = [("Connection", "keep-alive"), ("Connection", "X-Mine, X-Other"), ("X-Mine", "1"), ("X-Kept", "2")]
    answer = httpx.get(f"{host.origin}/api/echo/x", headers=headers).json()
    assert "x-mine" not in answer["headers"]
    assert answer["headers"]["x-kept"] == "2"


def test_a_line_end_of_a_path_is_a_part_of_it(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/echo/x%0A").json()["params"] == {"name": "x\n"}


def test_literal_route_is_chosen(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/echo/literal").json() == {"literal": True}


def test_wrong_method_and_unknown_path_are_not_found(host: HostProcess) -> None:
    assert httpx.put(f"{host.origin}/api/echo/x").status_code == 404
    assert httpx.get(f"{host.origin}/api/nothing").status_code == 404
    assert httpx.get(f"{host.origin}/admin/nothing").status_code == 404


def test_exception_in_a_function_is_a_plain_500(host: HostProcess) -> None:
    response = httpx.get(f"{host.origin}/api/raises")
    assert (response.status_code, response.text) == (500, "Internal Server Error")


def test_first_line_arrives_before_the_second_is_made(host: HostProcess) -> None:
    with httpx.stream("GET", f"{host.origin}/api/stream/order") as response:
        lines = response.iter_lines()
        assert next(lines) == "first"
        httpx.post(f"{host.origin}/api/gates/order")
        assert next(lines) == "second"


def test_client_going_away_reaches_the_app(host: HostProcess) -> None:
    with httpx.stream("GET", f"{host.origin}/api/stream/gone") as response:
        assert next(response.iter_lines()) == "first"
    wait_until(lambda: host.notes()["stream gone cancelled"], "the app to notice the lost client")


def test_upload_reaches_the_app_piece_by_piece(host: HostProcess) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a" * 11
        wait_until(lambda: host.notes()["upload 11"], "the app to see the first piece")
        yield b"b" * 12

    response = httpx.post(f"{host.origin}/api/upload", content=pieces())
    assert response.json()["sizes"] == [11, 12]


def test_broken_stream_is_not_passed_off_as_a_whole_one(host: HostProcess) -> None:
    with httpx.stream("GET", f"{host.origin}/api/breaks") as response:
        lines = response.iter_lines()
        assert next(lines) == "half"
        with pytest.raises(httpx.TransportError):
            next(lines)


def test_too_large_a_body_is_refused(own_host: HostProcess) -> None:
    own_host.start(FUNCTIONS_REQUEST_BODY_SIZE_LIMIT="1000")
    assert httpx.post(f"{own_host.origin}/api/echo/x", content=b"x" * 1000).status_code == 200
    assert httpx.post(f"{own_host.origin}/api/echo/x", content=b"x" * 1001).status_code == 413
    assert httpx.post(f"{own_host.origin}/api/echo/x", content=iter([b"x" * 600, b"x" * 600])).status_code == 413


def test_host_says_that_it_runs(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/admin/host/status").json() == {"state": "Running"}
