"""The Durable HTTP API, over HTTP and through the SDK's client. See also test_recordings.py."""

import json
import re
from typing import cast

import httpx
import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.host_process import HostProcess

_OPERATIONS = ("raiseEvent/go", "terminate", "suspend", "resume", "restart")


def test_start_returns_the_management_urls(host: HostProcess) -> None:
    response = host.post("/orchestrators/plain/m-start", {"a": 1})
    assert response.status_code == 202
    assert response.headers["Retry-After"] == "10"
    payload = response.json()
    assert payload["id"] == "m-start"
    assert list(payload) == [
        "id",
        "statusQueryGetUri",
        "sendEventPostUri",
        "terminatePostUri",
        "purgeHistoryDeleteUri",
        "restartPostUri",
        "suspendPostUri",
        "resumePostUri",
    ]
    assert response.headers["Location"] == payload["statusQueryGetUri"]
    host.wait_for_final("m-start")
    assert httpx.get(payload["statusQueryGetUri"]).json()["output"] == "hello {'a': 1}"


def test_start_without_an_id_generates_one(host: HostProcess) -> None:
    instance_id = host.post("/orchestrators/plain").json()["id"]
    assert len(instance_id) == 32
    assert host.wait_for_final(instance_id)["runtimeStatus"] == "Completed"


def test_create_and_wait_returns_the_output(host: HostProcess) -> None:
    response = host.post("/orchestrators/plain/m-wait?timeout=20&pollingInterval=0.02", {})
    assert (response.status_code, response.json()) == (200, "hello {}")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/orchestrators/plain/@starts-badly", "must not start with '@'"),
        ("/orchestrators/plain/a%23b", "must not contain"),
        (f"/orchestrators/plain/{'x' * 257}", "256 characters"),
    ],
)
def test_start_refuses_what_the_platform_refuses(host: HostProcess, path: str, said: str) -> None:
    response = host.post(path)
    assert response.status_code == 400
    assert said in response.json()["ExceptionMessage"]


def test_management_urls_use_the_host_name_of_the_request(host: HostProcess) -> None:
    response = httpx.post(f"{host.durable}/orchestrators/plain", headers={"Host": "comics.example:8080"})
    address = response.json()["resumePostUri"]
    assert address.startswith("http://comics.example:8080/runtime/webhooks/durabletask/instances/")


def test_unknown_orchestrator_is_accepted_from_a_client_and_stays_pending(own_host: HostProcess) -> None:
    own_host.start()
    assert own_host.post("/orchestrators/nobody/m-nobody", 5).status_code == 202
    assert "instance m-nobody (orchestrator 'nobody', version None) waits for an app that can run it" in own_host.log()
    own_host.kill()
    own_host.start()
    status = own_host.status("m-nobody")
    assert (status["name"], status["runtimeStatus"], status["input"]) == ("nobody", "Pending", 5)
    assert own_host.post("/instances/m-nobody/terminate?reason=x").status_code == 202
    assert own_host.wait_for_final("m-nobody")["runtimeStatus"] == "Terminated"


def test_unknown_orchestrator_is_refused_for_the_sdk(host: HostProcess) -> None:
    url = f"{host.origin}/api/client/start/m-refused"
    assert httpx.post(url, json={"name": "nobody", "input": None}).status_code == 500
    assert "The function 'nobody' doesn't exist" in host.log()
    assert host.status("m-refused") == {}


def test_start_with_invalid_json_is_refused(host: HostProcess) -> None:
    assert httpx.post(f"{host.durable}/orchestrators/plain", content=b"{oops").status_code == 400


def test_unfinished_instance_is_not_replaced_but_a_finished_one_is(host: HostProcess) -> None:
    host.start_instance("waits_for_event", "m-twice")
    refused = host.post("/orchestrators/waits_for_event/m-twice")
    assert refused.status_code == 500
    assert "already exists" in refused.json()["ExceptionMessage"]
    host.post("/instances/m-twice/raiseEvent/go", 1)
    host.wait_for_final("m-twice")
    assert host.post("/orchestrators/plain/m-twice", {"again": 1}).status_code == 202
    assert host.wait_for_final("m-twice")["output"] == "hello {'again': 1}"


def test_running_instance_has_a_status(host: HostProcess) -> None:
    host.start_instance("waits_for_event", "m-status", {"deep": [1]})
    response = httpx.get(f"{host.durable}/instances/m-status")
    assert (response.status_code, response.headers["Retry-After"]) == (202, "5")
    assert response.headers["Location"] == f"{host.durable}/instances/m-status"
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    status = response.json()
    assert (status["name"], status["instanceId"], status["output"]) == ("waits_for_event", "m-status", None)
    assert status["input"] == '{"deep": [1]}'
    for time in (status["createdTime"], status["lastUpdatedTime"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)
    assert host.status("m-status", showInput="false")["input"] is None
    host.post("/instances/m-status/terminate?reason=x")


@pytest.mark.parametrize("operation", ["resume", "restart"])
def test_unknown_instance_is_not_found(host: HostProcess, operation: str) -> None:
    answer = host.post(f"/instances/nobody/{operation}", {})
    assert (answer.status_code, answer.content) == (404, b"")


def test_every_operation_on_a_finished_instance_is_refused(host: HostProcess) -> None:
    host.start_instance("plain", "m-done", "x")
    host.wait_for_final("m-done")
    for operation in ("raiseEvent/go", "terminate", "suspend", "resume", "rewind"):
        answer = host.post(f"/instances/m-done/{operation}", {})
        assert (answer.status_code, answer.content) == (410, b""), operation


def test_every_answer_is_json_or_empty(host: HostProcess) -> None:
    """The SDK in the app parses every answer as JSON, whatever its status."""
    host.start_instance("waits_for_event", "m-bodies")
    host.wait_for_status("m-bodies", "Running")
    requests = [
        *(("POST", f"/instances/{name}/{op}") for name in ("nobody", "m-bodies") for op in (*_OPERATIONS, "rewind")),
        *((method, f"/instances/{name}") for name in ("nobody", "m-bodies") for method in ("GET", "DELETE")),
        *((method, path) for method in ("GET", "DELETE") for path in ("/instances?top=1", "/nothing")),
        *(("POST", f"/orchestrators/{path}") for path in ("plain", "nobody", "plain/@x", "waits_for_event/m-bodies")),
        *(("GET", f"/entities{path}") for path in ("", "/counter", "/counter/nobody")),
        ("POST", "/entities/nobody/x?op=add"),
    ]
    for method, path in requests:
        answer = httpx.request(method, host.durable + path)
        is_json = answer.headers.get("content-type") == "application/json; charset=utf-8"
        assert is_json == (answer.content != b""), (method, path)
        assert not answer.content or json.loads(answer.content) is not None


def test_event_must_be_json(host: HostProcess) -> None:
    host.start_instance("waits_for_event", "m-event")
    url = f"{host.durable}/instances/m-event/raiseEvent/go"
    assert httpx.post(url, content=b"1").status_code == 400
    assert httpx.post(url, content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert httpx.post(url, content=b"1", headers={"Content-Type": "application/json"}).status_code == 202
    assert host.wait_for_final("m-event")["output"] == 1


def test_failed_instance_returns_500_only_on_request(host: HostProcess) -> None:
    host.start_instance("calls_nothing_known", "m-failed")
    status = host.wait_for_final("m-failed")
    assert status["runtimeStatus"] == "Failed"
    assert "'no_such_activity' doesn't exist" in str(status["output"])
    url = f"{host.durable}/instances/m-failed"
    assert httpx.get(url).status_code == 200
    assert httpx.get(url, params={"returnInternalServerErrorOnFailure": "true"}).status_code == 500


def test_history_joins_the_start_and_end_of_a_task(host: HostProcess) -> None:
    host.start_instance("retry_succeeds", "m-history")
    host.wait_for_final("m-history")
    status = host.status("m-history", showHistory="true", showHistoryOutput="true")
    events = cast("list[dict[str, object]]", status["historyEvents"])
    assert [event["EventType"] for event in events] == [
        "ExecutionStarted",
        "TaskFailed",
        "TimerCreated",
        "TimerFired",
        "TaskCompleted",
        "ExecutionCompleted",
    ]
    assert events[4]["FunctionName"] == "fails_once"
    assert events[4]["Result"] == "m-history done"
    assert "first time for m-history" in str(events[1]["Reason"])
    assert "historyEvents" not in host.status("m-history")


def test_suspended_instance_keeps_its_events_until_it_is_resumed(host: HostProcess) -> None:
    host.start_instance("waits_for_event", "m-suspended")
    host.wait_for_status("m-suspended", "Running")
    assert host.post("/instances/m-suspended/suspend?reason=pause").status_code == 202
    assert host.status("m-suspended")["runtimeStatus"] == "Suspended"
    assert host.post("/instances/m-suspended/raiseEvent/go", {"n": 1}).status_code == 202
    assert host.status("m-suspended")["runtimeStatus"] == "Suspended"
    assert host.post("/instances/m-suspended/resume?reason=on").status_code == 202
    assert host.wait_for_final("m-suspended")["output"] == {"n": 1}


def test_terminating_a_parent_does_not_end_its_child(host: HostProcess) -> None:
    host.start_instance("parent_of_waiting_child", "m-parent")
    host.wait_for_status("m-parent:child", "Running")
    assert host.post("/instances/m-parent/terminate?reason=enough").status_code == 202
    status = host.status("m-parent")
    assert (status["runtimeStatus"], status["output"]) == ("Terminated", "enough")
    host.post("/instances/m-parent:child/raiseEvent/go", 5)
    assert host.wait_for_final("m-parent:child")["output"] == 5
    assert host.status("m-parent")["output"] == "enough"


def test_terminating_a_child_fails_its_parent(host: HostProcess) -> None:
    host.start_instance("parent_of_waiting_child", "m-bereft")
    host.wait_for_status("m-bereft:child", "Running")
    host.post("/instances/m-bereft:child/terminate?reason=gone")
    status = host.wait_for_final("m-bereft")
    assert status["runtimeStatus"] == "Failed"
    assert "gone" in str(status["output"])


def test_child_fails_if_its_id_is_already_running(host: HostProcess) -> None:
    host.start_instance("waits_for_event", "m-taken:child")
    host.start_instance("parent_of_waiting_child", "m-taken")
    status = host.wait_for_final("m-taken")
    assert status["runtimeStatus"] == "Failed"
    assert "already exists" in str(status["output"])
    host.post("/instances/m-taken:child/terminate?reason=x")


def test_list_is_filtered_and_paged(host: HostProcess) -> None:
    for name in ("b", "a", "c"):
        host.start_instance("plain", f"list-{name}", name)
        host.wait_for_final(f"list-{name}")
    host.start_instance("waits_for_event", "list-running")
    host.wait_for_status("list-running", "Running")

    def ids(**query: str) -> list[str]:
        return [item["instanceId"] for item in httpx.get(f"{host.durable}/instances", params=query).json()]

    assert ids(instanceIdPrefix="list-") == ["list-a", "list-b", "list-c", "list-running"]
    assert ids(instanceIdPrefix="list-", runtimeStatus="Running,Pending") == ["list-running"]
    everything = ["list-a", "list-b", "list-c", "list-running"]
    created = str(host.status("list-b")["createdTime"])
    assert ids(instanceIdPrefix="list-", createdTimeFrom=created) == everything
    assert ids(instanceIdPrefix="list-", createdTimeFrom="2100-01-01T00:00:00Z") == []
    assert ids(instanceIdPrefix="list-", createdTimeTo="2020-01-01T00:00:00Z") == []
    for invalid in ({"runtimeStatus": "Nonsense"}, {"createdTimeFrom": "yesterday"}, {"top": str(10**30)}):
        assert ids(instanceIdPrefix="list-", **invalid) == everything, invalid
    pages: list[list[str]] = []
    headers: dict[str, str] = {}
    while len(pages) < 10:
        url = f"{host.durable}/instances/?instanceIdPrefix=list-&top=3"
        response = httpx.get(url, headers=headers)
        pages.append([item["instanceId"] for item in response.json()])
        if "x-ms-continuation-token" not in response.headers:
            break
        headers = {"x-ms-continuation-token": response.headers["x-ms-continuation-token"]}
    assert pages == [["list-a", "list-b", "list-c"], ["list-running"]]
    host.post("/instances/list-running/terminate?reason=x")


def test_instances_are_purged_by_id_and_by_filter(host: HostProcess) -> None:
    for name in ("purge-a", "purge-b", "purge-c"):
        host.start_instance("plain", name)
        host.wait_for_final(name)
    host.start_instance("waits_for_event", "purge-running")
    host.wait_for_status("purge-running", "Running")
    assert httpx.delete(f"{host.durable}/instances/purge-a").json() == {"instancesDeleted": 1}
    running = httpx.delete(f"{host.durable}/instances/purge-running")
    assert (running.status_code, running.headers["Content-Type"]) == (412, "application/json; charset=utf-8")
    assert "'purge-running': it is Running" in running.json()
    query = {"createdTimeFrom": str(host.status("purge-b")["createdTime"]), "runtimeStatus": "Completed"}
    assert httpx.delete(f"{host.durable}/instances", params=query).json()["instancesDeleted"] >= 2
    assert host.status("purge-b") == {}
    assert host.status("purge-running")["runtimeStatus"] == "Running"
    later = httpx.delete(f"{host.durable}/instances", params={"createdTimeFrom": "2100-01-01T00:00:00Z"})
    assert (later.status_code, later.content) == (404, b"")
    host.post("/instances/purge-running/terminate?reason=x")


def test_restart_uses_the_same_input(host: HostProcess) -> None:
    host.start_instance("plain", "m-restart", "x")
    host.wait_for_final("m-restart")
    response = host.post("/instances/m-restart/restart?restartWithNewInstanceId=true")
    assert response.status_code == 202
    new_id = response.json()["id"]
    assert new_id != "m-restart"
    assert host.wait_for_final(new_id)["output"] == "hello x"
    assert host.post("/instances/m-restart/restart?restartWithNewInstanceId=false").json()["id"] == "m-restart"
    assert host.wait_for_final("m-restart")["output"] == "hello x"


def test_rewind_runs_only_the_failed_activity_again(host: HostProcess) -> None:
    host.start_instance("fails_after_activity", "m-rewind")
    assert host.wait_for_final("m-rewind")["runtimeStatus"] == "Failed"
    doubles = host.notes()["double 3"]
    assert host.post("/instances/m-rewind/rewind?reason=again").status_code == 202
    status = host.wait_for_final("m-rewind")
    assert (status["runtimeStatus"], status["output"]) == ("Completed", [6, "m-rewind done"])
    assert host.notes()["double 3"] == doubles
    assert host.notes()["fails_once m-rewind"] == 2


def test_rewind_that_would_renumber_tasks_is_refused(host: HostProcess) -> None:
    host.start_instance("retry_uncaught", "m-no-rewind")
    assert host.wait_for_final("m-no-rewind")["runtimeStatus"] == "Failed"
    response = host.post("/instances/m-no-rewind/rewind?reason=again")
    assert response.status_code == 501
    assert "renumber" in response.json()


def test_entities_are_signalled_read_and_listed(host: HostProcess) -> None:
    assert httpx.get(f"{host.durable}/entities/counter/e1").status_code == 404
    host.run_client("signal", "e1", 5)
    host.start_instance("with_entity", "e1")
    assert host.wait_for_final("e1")["output"] == 12
    assert httpx.get(f"{host.durable}/entities/Counter/e1").json() == 12
    assert host.run_client("entity", "e1") == {"exists": True, "state": 12}
    listed = httpx.get(f"{host.durable}/entities/counter?fetchState=true").json()
    mine = [item for item in listed if item["entityId"] == {"name": "counter", "key": "e1"}]
    assert mine[0]["state"] == 12
    assert host.post("/entities/nobody/k?op=add", 1).status_code == 400


def test_sdk_client_completes_a_round_trip(host: HostProcess) -> None:
    assert host.run_client("start", "sdk", {"name": "waits_for_event", "input": {"a": 1}}) == {"id": "sdk"}
    status = host.run_client("status", "sdk")
    assert status["found"] is True
    host.run_client("raise", "sdk", {"n": 1})
    assert host.wait_for_final("sdk")["output"] == '{"n": 1}'
    assert host.run_client("status", "nobody") == {"found": False, "status": None}
    restarted = str(host.run_client("restart", "sdk")["id"])
    host.run_client("terminate", restarted)
    assert host.wait_for_final(restarted)["output"] == "enough"
    assert host.run_client("purge", "sdk") == {"deleted": 1}
    assert host.run_client("purge", "sdk") == {"deleted": 0}
    payload = host.run_client("payload", "sdk")
    assert str(payload["statusQueryGetUri"]).startswith(f"{host.durable}/instances/sdk?")


def test_custom_status_over_the_limit_fails_the_orchestration(host: HostProcess) -> None:
    host.start_instance("big_status", "m-small", 8190)
    assert host.wait_for_final("m-small")["runtimeStatus"] == "Completed"
    host.start_instance("big_status", "m-big", 8191)
    status = host.wait_for_final("m-big")
    assert status["runtimeStatus"] == "Failed"
    assert "must not exceed 16 KB" in str(status["output"])


def test_call_http_returns_the_answer(host: HostProcess) -> None:
    host.start_instance("over_http", "m-http", f"{host.origin}/api/administered")
    assert host.wait_for_final("m-http")["output"] == [200, {"ok": True}]


def test_large_payload_is_logged_with_its_function(host: HostProcess) -> None:
    host.start_instance("plain", "m-large", "x" * 50_000)
    host.wait_for_final("m-large")
    # The host logs what it has stored, so a client may see the end first.
    for payload in ("input", "output"):
        line = f"the {payload} of orchestrator 'plain' is 50"
        wait_until(lambda line=line: line in host.log(), f"the log to have: {line}")
