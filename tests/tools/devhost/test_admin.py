"""The host's administration."""

import httpx

from tests.tools.engine.host_process import HostProcess


def test_status_says_that_the_host_runs(host: HostProcess) -> None:
    answer = httpx.get(f"{host.origin}/admin/host/status")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    status = answer.json()
    assert list(status) == [
        "id",
        "state",
        "version",
        "versionDetails",
        "platformVersion",
        "instanceId",
        "computerName",
        "processUptime",
        "functionAppContentEditingState",
    ]
    assert status["state"] == "Running"
    assert status["processUptime"] > 0


def test_functions_are_listed_with_their_bindings(host: HostProcess) -> None:
    listed = {function["name"]: function for function in httpx.get(f"{host.origin}/admin/functions").json()}
    echo = listed["echo"]
    assert echo["href"] == f"{host.origin}/admin/functions/echo"
    assert echo["invoke_url_template"] == f"{host.origin}/api/echo/{{name}}/{{rest?}}"
    assert [binding["type"] for binding in echo["config"]["bindings"]] == ["httpTrigger", "http"]
    assert listed["chain"]["invoke_url_template"] is None


def test_address_that_the_administration_lacks_is_not_found(host: HostProcess) -> None:
    answer = httpx.get(f"{host.origin}/admin/nothing")
    assert (answer.status_code, answer.content) == (404, b"")
