"""HTTP functions through the host: unbuffered both ways, and as Azure's proxy passes them on."""

import contextlib
import gzip
import http.client
import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.host_process import HostProcess


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
def test_target_that_names_another_server_is_refused(host: HostProcess, authority: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", f"http://{authority}/api/echo/x", headers={"Host": f"127.0.0.1:{host.port}"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (400, b"")


def test_target_that_names_this_server_is_answered(host: HostProcess) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", f"{host.origin}/api/echo/x%2Fy?a=%26")
        answer = json.loads(connection.getresponse().read())
    assert (answer["params"], answer["query"]) == ({"name": "x%2Fy"}, {"a": "&"})


def test_headers_that_are_no_text_are_refused(host: HostProcess) -> None:
    url = f"{host.origin}/api/echo/x"
    assert httpx.get(url, headers=[(b"X-Mine", b"caf\xe9")]).status_code == 400
    assert httpx.get(url, headers=[(b"X-Mine", "caf\u00e9".encode())]).status_code == 200


def test_header_named_by_connection_is_passed_on(host: HostProcess) -> None:
    headers = [("Connection", "keep-alive"), ("Connection", "X-Mine"), ("X-Mine", "1")]
    answer = httpx.get(f"{host.origin}/api/echo/x", headers=headers).json()
    assert answer["headers"]["x-mine"] == "1"


def test_function_sees_the_hosts_span_below_its_callers(host: HostProcess) -> None:
    trace_id, callers_span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {"traceparent": f"00-{trace_id}-{callers_span}-01", "tracestate": "a=1"}
    seen = [httpx.get(f"{host.origin}/api/echo/x", headers=headers).json()["headers"] for _ in range(2)]
    parts = [headers["traceparent"].split("-") for headers in seen]
    assert [(version, trace, flags) for version, trace, _, flags in parts] == [("00", trace_id, "01")] * 2
    assert len({callers_span, parts[0][2], parts[1][2]}) == 3
    assert seen[0]["tracestate"] == "a=1"


@pytest.mark.parametrize("headers", [{}, {"traceparent": "rubbish"}, {"traceparent": f"00-{'0' * 32}-{'1' * 16}-01"}])
def test_function_sees_no_span_when_its_caller_has_none(host: HostProcess, headers: dict[str, str]) -> None:
    assert "traceparent" not in httpx.get(f"{host.origin}/api/echo/x", headers=headers).json()["headers"]


def test_a_line_end_of_a_path_is_a_part_of_it(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/echo/x%0A").json()["params"] == {"name": "x\n"}


def test_function_that_sorts_first_hides_a_literal_route(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/echo/literal").json()["params"] == {"name": "literal"}


def test_answer_of_the_host_itself_is_empty_and_has_no_media_type(host: HostProcess) -> None:
    answer = httpx.get(f"{host.origin}/api/nothing")
    assert (answer.status_code, answer.content) == (404, b"")
    assert "content-type" not in answer.headers


def test_root_without_a_function_has_no_content(host: HostProcess) -> None:
    assert [httpx.request(method, host.origin).status_code for method in ("GET", "HEAD", "POST")] == [204] * 3


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
    for too_large in (b"x" * 1001, iter([b"x" * 600, b"x" * 600])):
        answer = httpx.post(f"{own_host.origin}/api/echo/x", content=too_large)
        assert (answer.status_code, answer.content) == (500, b"")
    assert "The body has more than 1000 bytes." in own_host.log()
