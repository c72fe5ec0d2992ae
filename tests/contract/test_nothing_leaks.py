"""Keys, client addresses, the words of providers and the texts of users do not leak, whatever succeeds or fails."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import httpx
import PIL.Image
import PIL.PngImagePlugin
import pytest

from shared.images.data_urls import to_data_url
from shared.images.image import Image
from tests.contract.leaks import (
    Answers,
    blob_contents,
    blob_index,
    engine_files,
    engine_views,
    found,
    logs,
    quoted,
)
from tests.support.collector import Collector, running_collector
from tests.support.contract_check import JsonObject
from tests.support.emulator_control import EmulatorControl
from tests.support.outside_world import POST_PATH, TOKEN, OutsideWorld, Reply, post_page
from tests.support.running_app import PATIENCE_S, START, UNKNOWN_ID, received
from tests.support.waiting import wait_until
from tools.devstack.host_program import is_devhost
from tools.devstack.stack import Stack, StackOptions

# Titles and names are in the status of a generation, so pieces of a story up to their length may be there.
LONGEST_QUOTE = 60
MODEL_KEY = "AIzaPlanted-model-key-0123456789abcdef"
REDDIT_SECRET, REDDIT_TOKEN = "planted-secret-of-the-app-at-reddit", "planted-token-of-a-day-at-reddit"
ADDRESS, LATER_ADDRESS = "203.0.113.77", "203.0.113.78"
ADDRESS_HEADER = "X-Azure-ClientIP"
PROVIDER = "RAW provider words: project 4711, prompt was refused, see trace 0xdeadbeef"
METADATA = "taken at 52.5200 N, 13.4050 E by camera 998877"
CLIENTS_KEY = "planted-idempotency-key-of-a-client"
STORY = (
    "Mira walked along the harbour before the sun was up, since the letter in her coat would not let her sleep. "
    '"The boat is gone," said Jon, who had waited at the pier all night with a lantern and a broken oar. '
    "Mira laughed, though nothing was funny, and she told him about the ninety-nine copper kettles of her aunt. "
    "Jon listened, counted on his fingers, and drew a map of the drowned village into the wet sand with his stick. "
    "They ran to the water together while the bells below the waves began to ring for somebody else entirely."
)
INSTRUCTIONS = "Let Mira wear the purple raincoat that her grandmother sewed in the winter of the great flood, please."
REPORT = "On my old tablet the third panel stays empty, and my neighbour Ottilie Krähwinkel sees the same thing."
POST = "Under the seventh stair lived a clockmaker who sold borrowed hours to people who had none left to spend."
BLOCKED = {"kind": "panel", "subject": "1", "fault": "finish", "reason": "SAFETY", "message": PROVIDER}


@dataclass(frozen=True, slots=True)
class Traces:
    """What was planted, and the content of all places after everything was tried."""

    secrets: dict[str, str]
    host_keys: dict[str, str]
    places: dict[str, bytes]

    @property
    def where_no_texts_belong(self) -> dict[str, bytes]:
        """All places except blob contents, and the answers that hand out results."""
        return {name: content for name, content in self.places.items() if name not in {"answers", "blob contents"}}


@pytest.fixture(scope="module")
def traces(
    tmp_path_factory: pytest.TempPathFactory, emulator_control: EmulatorControl, session_outside: OutsideWorld
) -> Iterator[Traces]:
    """Try everything once, with an access key, on an app full of secrets."""
    data = tmp_path_factory.mktemp("stack")
    settings = {
        **session_outside.settings,
        "GEMINI_API_KEY": MODEL_KEY,
        "GOOGLE_GEMINI_BASE_URL": emulator_control.url,
        "REDDIT_API_URL": session_outside.url,
        "REDDIT_CLIENT_ID": "planted-id",
        "REDDIT_CLIENT_SECRET": REDDIT_SECRET,
        "CLIENT_ADDRESS_HEADER": ADDRESS_HEADER,
        "MAX_REQUEST_BYTES": "300000",
        "REQUESTS_PER_MINUTE": "10",
    }
    emulator_control.reset()
    session_outside.reset()
    with running_collector() as collector:
        settings |= {"TELEMETRY_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        with Stack(StackOptions(data, settings=settings, keys_enforced=True)) as stack:
            yield try_everything(stack, emulator_control, session_outside, collector)


def try_everything(stack: Stack, emulator: EmulatorControl, outside: OutsideWorld, collector: Collector) -> Traces:
    """Use the app in every way that succeeds or fails, stop its storage, and collect what is left."""
    keys, answers = stack.keys(), Answers()
    headers = {"x-functions-key": keys.default, ADDRESS_HEADER: ADDRESS, "X-Forwarded-For": ADDRESS}
    hooks = {"response": [answers.note]}
    assert stack.azurite is not None
    with (
        httpx.Client(
            base_url=stack.url, headers=headers, event_hooks=hooks, trust_env=False, timeout=PATIENCE_S
        ) as http,
        httpx.Client(base_url=stack.url, headers={"x-functions-key": keys.master}, trust_env=False) as engine,
    ):
        draw_stories(http, emulator)
        make_single_steps(http, emulator)
        fetch_and_report(http, outside)
        be_refused(http, keys.functions["generation"])
        in_query = http.get(f"/api/generations/{UNKNOWN_ID}?code={keys.default}", headers={"x-functions-key": ""})
        assert in_query.status_code == 404
        views = engine_views(engine)
        stack.azurite.child.stop()
        assert http.get(f"/api/generations/{UNKNOWN_ID}/images/panels/0/1").status_code == 503
        assert http.post(START, json=body(), headers={ADDRESS_HEADER: LATER_ADDRESS}).status_code == 503
        assert http.get("/api/health").status_code == 503
    # The host sends its last telemetry when it stops.
    assert stack.host is not None
    stack.host.stop()
    places = {
        "answers": b"\n".join(answers.received),
        "refusals": b"\n".join(answers.refused),
        "log": logs(stack),
        "telemetry": collector.everything(),
        "engine API": views,
        "engine files": engine_files(stack),
        "blob index": blob_index(stack.storage_data),
        "blob contents": blob_contents(stack.storage_data),
    }
    return Traces(planted_in(stack), keys_of(stack), places)


def planted_in(stack: Stack) -> dict[str, str]:
    """Return the planted secrets by name."""
    assert stack.azurite is not None
    return {
        "the model's key": MODEL_KEY,
        "the storage's key": stack.azurite.key,
        "the issue tracker's token": TOKEN,
        "the secret at Reddit": REDDIT_SECRET,
        "the token of Reddit": REDDIT_TOKEN,
        "the client's address": ADDRESS,
        "the client's later address": LATER_ADDRESS,
        "the client's idempotency key": CLIENTS_KEY,
        "the provider's words": PROVIDER,
        "the picture's metadata": METADATA,
    }


def keys_of(stack: Stack) -> dict[str, str]:
    """Return the host's keys, by what they open."""
    keys = stack.keys()
    return {
        "the master key": keys.master,
        "the functions' key": keys.default,
        "the engine's key": keys.durable_task,
        "a function's own key": keys.functions["generation"],
    }


def body(**fields: object) -> JsonObject:
    return {"story": STORY, "style": "manga", "images": "url", **fields}


def draw_stories(http: httpx.Client, emulator: EmulatorControl) -> None:
    """Generations that complete, are retried and redone, fail, are blocked and are cancelled."""
    uploads = [{"name": "Mira", "image": picture(kind), "fileName": "m"} for kind in ("PNG", "JPEG", "WEBP")]
    started = body(uploadedCharacterReferences=uploads, uploadedSettingReferences=uploads[:1])
    complete = received(http.post(START, json=started, headers={"Idempotency-Key": CLIENTS_KEY}))
    assert complete.last["type"] == "complete"
    address = f"/api/generations/{complete.generation_id}"
    until_ended(http, address)
    assert http.post(f"{address}/panels/0/regenerate", json={"instructions": INSTRUCTIONS}).status_code == 202
    until_ended(http, address)
    for form in ("zip", "cbz", "pdf", "epub", "webtoon", "png", "json"):
        assert http.get(f"{address}/export?format={form}").status_code == 200

    emulator.fail(BLOCKED, {"kind": "panel", "subject": "2", "fault": "429", "message": PROVIDER})
    assert received(http.post(START, json=body())).last["failedPanels"][:2] == [0, 1]
    for fault in ("400", "403", "garbage"):
        emulator.fail({"kind": "analysis", "fault": fault, "message": PROVIDER})
        assert received(http.post(START, json=body())).last["step"] == "critical"
    emulator.fail()
    cancel_a_story(http, emulator)


def cancel_a_story(http: httpx.Client, emulator: EmulatorControl) -> None:
    """Cancel a generation during a model call, and again."""
    emulator.delay(text=1, image=1)
    unheard = httpx.Client(base_url=http.base_url, headers=http.headers, trust_env=False, timeout=PATIENCE_S)
    with unheard, unheard.stream("POST", START, json=body()) as stream:
        generation_id = stream.headers["x-generation-id"]
        for _ in range(2):
            assert http.post(f"/api/generations/{generation_id}/cancel").status_code == 202
    emulator.delay()
    assert received(http.get(f"{START}/{generation_id}")).last["step"] == "cancelled"


def make_single_steps(http: httpx.Client, emulator: EmulatorControl) -> None:
    """Call a single step, which succeeds, fails and is blocked."""
    for fault, status in ((None, 200), ("503", 503), ("400", 503), ("prompt-blocked", 400)):
        emulator.fail(*([] if fault is None else [{"fault": fault, "message": PROVIDER}]))
        assert http.post("/api/analyze-story", json=body()).status_code == status
    emulator.fail()


def fetch_and_report(http: httpx.Client, outside: OutsideWorld) -> None:
    """Fetch a post and file a report, which succeed and fail."""
    outside.say_json("/api/v1/access_token", {"access_token": REDDIT_TOKEN, "expires_in": 86_400})
    outside.say_json(f"{POST_PATH}.json", post_page(selftext=POST))
    assert http.get("/api/reddit", params={"path": POST_PATH}).status_code == 200
    outside.say(f"{POST_PATH}.json", Reply(500, PROVIDER.encode()))
    assert http.get("/api/reddit", params={"path": POST_PATH}).status_code == 503
    dispatches = f"/repos/{outside.settings['GITHUB_REPOSITORY']}/dispatches"
    for status, told in ((204, 200), (401, 503)):
        outside.say(dispatches, Reply(status, b"" if status == 204 else (TOKEN + PROVIDER).encode()))
        assert http.post("/api/report-issue", json={"type": "Bug", "description": REPORT}).status_code == told


def be_refused(http: httpx.Client, other_key: str) -> None:
    """Send requests that are refused, for every reason."""
    assert http.post(START, json=body(style=STORY)).status_code == 400
    upload = {"name": "x", "image": INSTRUCTIONS}
    assert http.post(START, json=body(uploadedCharacterReferences=[upload])).status_code == 400
    assert http.post(START, content=STORY.encode()).status_code == 415
    assert http.post(START, json=body(filler="x" * 300_000)).status_code == 413
    assert http.post(START, json=body(style="comic"), headers={"Idempotency-Key": CLIENTS_KEY}).status_code in {
        409,
        429,
    }
    assert http.get(f"/api/generations/{UNKNOWN_ID}").status_code == 404
    assert (
        http.post(f"{START}?code={other_key}", json=body(), headers={"x-functions-key": other_key}).status_code == 401
    )
    # Refusals are counted after their answers, so it takes some until the limit is reached.
    statuses = (http.post(START, json=body(style="")).status_code for _ in range(200))
    assert 429 in statuses


def until_ended(http: httpx.Client, address: str) -> None:
    wait_until(lambda: http.get(address).json()["status"] == "completed", "the generation to end", PATIENCE_S)


def picture(image_format: Literal["PNG", "JPEG", "WEBP"]) -> str:
    """Return a picture with metadata in all places of its format, and after its end."""
    exif = PIL.Image.Exif()
    exif[0x010E] = METADATA
    about: dict[str, object] = {"exif": exif.tobytes(), "xmp": METADATA.encode(), "comment": METADATA.encode()}
    if image_format == "PNG":
        text = PIL.PngImagePlugin.PngInfo()
        text.add_text("Comment", METADATA)
        text.add_itxt("XML:com.adobe.xmp", METADATA)
        about = {"exif": exif.tobytes(), "pnginfo": text}
    out = io.BytesIO()
    PIL.Image.new("RGB", (64, 64), "teal").save(out, image_format, **about)
    content = out.getvalue() + METADATA.encode()
    assert content.count(METADATA.encode()) > 1
    return to_data_url(Image(content, f"image/{image_format.lower()}"))


def test_search_finds_planted_texts(traces: Traces) -> None:
    """Otherwise the tests below would pass because they look in the wrong place."""
    assert all(traces.places.values())
    assert quoted(STORY, 40, {"blobs": traces.places["blob contents"]})
    assert quoted(INSTRUCTIONS, 40, {"blobs": traces.places["blob contents"]})
    assert b"request_refused" in traces.places["log"] or b"A request was refused" in traces.places["log"]
    assert b"step_attempt_failed" in traces.places["telemetry"]
    assert b"generate_content" in traces.places["telemetry"]
    assert b"manga.errors" in traces.places["telemetry"]
    assert b"draw_panel" in traces.places["engine API"]
    assert b"draw_panel" in traces.places["engine files"]
    assert b"request.json" in traces.places["blob index"]
    planted = {"it": "a planted secret"}
    for form in (b"a planted secret", b"a%20planted%20secret", b"eGEgcGxhbnRlZCBzZWNyZXQ="):
        assert found(planted, {"there": b"xx" + form}) == ["it in there"]


def test_no_secret_leaks(traces: Traces) -> None:
    assert found(traces.secrets, traces.places) == []


def test_no_key_of_the_host_leaks(traces: Traces) -> None:
    places = dict(traces.places)
    if not is_devhost():
        # The real host keeps its keys in a container of the storage.
        del places["blob contents"]

    assert found(traces.host_keys, places) == []


@pytest.mark.parametrize(
    "text", [STORY, INSTRUCTIONS, REPORT, POST], ids=["a story", "instructions", "a report", "a post"]
)
def test_texts_of_users_are_in_no_log_refusal_telemetry_or_engine_state(traces: Traces, text: str) -> None:
    assert quoted(text, LONGEST_QUOTE, traces.where_no_texts_belong) == []


def test_no_refusal_shows_internals(traces: Traces) -> None:
    insides = (b"Traceback", b'File "', b"/site-packages/", b"azure.core", b"pydantic", b"devstoreaccount")

    assert [sign for sign in insides if sign in traces.places["refusals"]] == []
