"""HTTP functions through the host: unbuffered both ways, with headers as on Azure."""

import contextlib
import gzip
import http.client
import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.host_process import HostProcess


def test_function_receives_all_parts_of_the_request(host: HostProcess) -> None:
    url = f"{host.origin}/api/echo/caf%C3%A9?a=1&b=%26"
    answer = httpx.post(url, content=b"x" * 1000, headers={"X-Mine": "kept", "Host": "comics.example"}).json()
    assert answer["params"] == {"name": "café"}
    assert answer["query"] == {"a": "1", "b": "&"}
    assert (answer["size"], answer["method"], answer["headers"]["x-mine"]) == (1000, "POST", "kept")
    assert answer["headers"]["x-forwarded-host"] == "comics.example"
    assert answer["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert answer["headers"]["x-forwarded-proto"] == "http"


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 100_000), b"not packed at all"])
def test_compressed_body_reaches_the_app_unchanged(host: HostProcess, body: bytes) -> None:
    answer = httpx.post(f"{host.origin}/api/echo/x", content=body, headers={"Content-Encoding": "gzip"})
    assert answer.json()["size"] == len(body)
    assert answer.json()["headers"]["content-encoding"] == "gzip"


def test_absolute_request_target_of_this_server_is_accepted(host: HostProcess) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", f"{host.origin}/api/echo/x%2Fy?a=%26")
        answer = json.loads(connection.getresponse().read())
    assert (answer["params"], answer["query"]) == ({"name": "x%2Fy"}, {"a": "&"})


def test_header_that_is_not_utf8_is_refused(host: HostProcess) -> None:
    url = f"{host.origin}/api/echo/x"
    assert httpx.get(url, headers=[(b"X-Mine", b"caf\xe9")]).status_code == 400
    assert httpx.get(url, headers=[(b"X-Mine", "caf\u00e9".encode())]).status_code == 200


def test_header_named_by_connection_is_passed_on(host: HostProcess) -> None:
    headers = [("Connection", "keep-alive"), ("Connection", "X-Mine"), ("X-Mine", "1")]
    answer = httpx.get(f"{host.origin}/api/echo/x", headers=headers).json()
    assert answer["headers"]["x-mine"] == "1"


def test_function_gets_a_span_of_the_host_in_the_trace_of_the_caller(host: HostProcess) -> None:
    trace_id, callers_span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {"traceparent": f"00-{trace_id}-{callers_span}-01", "tracestate": "a=1"}
    seen = [httpx.get(f"{host.origin}/api/echo/x", headers=headers).json()["headers"] for _ in range(2)]
    parts = [headers["traceparent"].split("-") for headers in seen]
    assert [(version, trace, flags) for version, trace, _, flags in parts] == [("00", trace_id, "01")] * 2
    assert len({callers_span, parts[0][2], parts[1][2]}) == 3
    assert seen[0]["tracestate"] == "a=1"


@pytest.mark.parametrize("headers", [{}, {"traceparent": "rubbish"}, {"traceparent": f"00-{'0' * 32}-{'1' * 16}-01"}])
def test_function_gets_no_span_if_the_caller_sends_no_valid_one(host: HostProcess, headers: dict[str, str]) -> None:
    assert "traceparent" not in httpx.get(f"{host.origin}/api/echo/x", headers=headers).json()["headers"]


def test_encoded_line_break_in_a_path_is_kept(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/echo/x%0A").json()["params"] == {"name": "x\n"}


def test_function_that_sorts_first_hides_a_literal_route(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/echo/literal").json()["params"] == {"name": "literal"}


def test_root_without_a_function_returns_no_content(host: HostProcess) -> None:
    assert [httpx.request(method, host.origin).status_code for method in ("GET", "HEAD", "POST")] == [204] * 3


def test_exception_in_a_function_returns_500_without_details(host: HostProcess) -> None:
    response = httpx.get(f"{host.origin}/api/raises")
    assert (response.status_code, response.text) == (500, "Internal Server Error")


def test_first_line_arrives_before_the_second_is_sent(host: HostProcess) -> None:
    with httpx.stream("GET", f"{host.origin}/api/stream/order") as response:
        lines = response.iter_lines()
        assert next(lines) == "first"
        httpx.post(f"{host.origin}/api/gates/order")
        assert next(lines) == "second"


def test_disconnected_client_cancels_the_stream(host: HostProcess) -> None:
    with httpx.stream("GET", f"{host.origin}/api/stream/gone") as response:
        assert next(response.iter_lines()) == "first"
    wait_until(lambda: host.notes()["stream gone cancelled"], "the app to notice the lost client")


def test_upload_reaches_the_app_in_chunks(host: HostProcess) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a" * 11
        wait_until(lambda: host.notes()["upload 11"], "the app to see the first piece")
        yield b"b" * 12

    response = httpx.post(f"{host.origin}/api/upload", content=pieces())
    assert response.json()["sizes"] == [11, 12]


def test_client_sees_that_an_interrupted_stream_is_incomplete(host: HostProcess) -> None:
    with httpx.stream("GET", f"{host.origin}/api/breaks") as response:
        lines = response.iter_lines()
        assert next(lines) == "half"
        with pytest.raises(httpx.TransportError):
            next(lines)


def test_too_large_body_is_refused(own_host: HostProcess) -> None:
    own_host.start(FUNCTIONS_REQUEST_BODY_SIZE_LIMIT="1000")
    assert httpx.post(f"{own_host.origin}/api/echo/x", content=b"x" * 1000).status_code == 200
    for too_large in (b"x" * 1001, iter([b"x" * 600, b"x" * 600])):
        answer = httpx.post(f"{own_host.origin}/api/echo/x", content=too_large)
        assert (answer.status_code, answer.content) == (500, b"")
    assert "The body has more than 1000 bytes." in own_host.log()


def test_warmup_function_runs_once_before_the_first_request(host: HostProcess) -> None:
    assert httpx.get(f"{host.origin}/api/warm-ups").json() == ["warm"]


def test_functions_are_listed_with_their_bindings(host: HostProcess) -> None:
    listed = {function["name"]: function for function in httpx.get(f"{host.origin}/admin/functions").json()}
    echo = listed["echo"]
    assert echo["href"] == f"{host.origin}/admin/functions/echo"
    assert echo["invoke_url_template"] == f"{host.origin}/api/echo/{{name}}/{{rest?}}"
    assert [binding["type"] for binding in echo["config"]["bindings"]] == ["httpTrigger", "http"]
    assert listed["chain"]["invoke_url_template"] is None


def test_function_timeout_ends_activities_and_streams(own_host: HostProcess) -> None:
    own_host.start(AzureFunctionsJobHost__functionTimeout="00:00:01", SLOW_S="60")
    own_host.start_instance("chain", "it", 1)
    with httpx.stream("GET", f"{own_host.origin}/api/stream/never") as response:
        lines = response.iter_lines()
        assert next(lines) == "first"
        with pytest.raises(httpx.RemoteProtocolError):
            next(lines)
    status = own_host.wait_for_final("it")
    assert status["runtimeStatus"] == "Failed"
    assert "Timeout value of 1.0 s exceeded by function: Functions.slow_double" in str(status["output"])
