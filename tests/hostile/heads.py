"""Request headers: access keys, idempotency keys, broken framing, request smuggling and forged client addresses."""

from tests.hostile.bodies import GOOD, JSON, TEXT
from tests.hostile.wire import (
    GENERATION,
    KEY,
    OTHER_FUNCTIONS_KEY,
    SYSTEM_KEY,
    HostileInput,
    get,
    post,
    request,
)
from tests.support.running_app import START

USED_KEY = "the-key-of-the-first-generation"
LIMITED = "/api/reddit?path=none"
OF = f"/api/generations/{GENERATION}"
ENGINE = "/runtime/webhooks/durabletask"
HIDDEN = post(START, GOOD, key=None)


def _idempotency_key(name: str, line: str) -> HostileInput:
    sent = post(START, GOOD, line)
    return HostileInput(f"idempotency key: {name}", sent, 400, "invalid-input", ("Idempotency-Key",))


def _no_http(name: str, *lines: str, body: bytes = TEXT, on_azure: int | None = None) -> HostileInput:
    sent = request("POST", START, JSON, *lines, body=body)
    return HostileInput(f"framing: {name}", sent, 400, None, on_azure=on_azure)


def _no_key(name: str, sent: bytes) -> HostileInput:
    return HostileInput(f"key: {name}", sent, 401, None)


def _too_low_a_key(name: str, sent: bytes) -> HostileInput:
    return HostileInput(f"key: a function's, {name}", sent, 403, None)


def _forged(name: str, *lines: str) -> HostileInput:
    return HostileInput(f"address: {name}", get(LIMITED, *lines, key=None), 429, "rate-limited", host="limited")


IDEMPOTENCY_KEYS = (
    _idempotency_key("with a space", "Idempotency-Key: a b"),
    _idempotency_key("of nothing", "Idempotency-Key:"),
    _idempotency_key("of 201 characters", "Idempotency-Key: " + "x" * 201),
    _idempotency_key("with a tab", "Idempotency-Key: a\tb"),
    HostileInput("idempotency key: of broken bytes", post(START, GOOD, "Idempotency-Key: schl\xfcssel"), 400, None),
    _idempotency_key("in UTF-8", "Idempotency-Key: " + "ключ".encode().decode("latin-1")),
    HostileInput(
        "idempotency key: used for another body",
        post(START, GOOD, f"Idempotency-Key: {USED_KEY}"),
        *(409, "idempotency-key-reused"),
    ),
    HostileInput("idempotency key: with a null", post(START, GOOD, "Idempotency-Key: a\0b"), 400, None),
    HostileInput("idempotency key: with a line end", post(START, GOOD, "Idempotency-Key: a\rX: b"), 400, None),
)

FRAMING = (
    _no_http(
        "a length and pieces, as for smuggling",
        "Content-Length: 4",
        "Transfer-Encoding: chunked",
        body=b"0\r\n\r\n" + TEXT,
    ),
    _no_http("two lengths", "Content-Length: 2", f"Content-Length: {len(TEXT)}"),
    _no_http("a list of lengths", f"Content-Length: {len(TEXT)}, 2"),
    _no_http("a length below nothing", "Content-Length: -1"),
    _no_http("a length with a sign", f"Content-Length: +{len(TEXT)}"),
    _no_http("a length to the base 16", "Content-Length: 0x20"),
    _no_http("a length in another script", "Content-Length: \xb2"),
    _no_http("a space before the colon", "Content-Length : 2"),
    _no_http("pieces twice", "Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    _no_http("pieces of another kind", "Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    _no_http("pieces behind a tab", "Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n"),
    _no_http(
        "a piece of a size that is none", "Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n0\r\n\r\n", on_azure=500
    ),
    _no_http("a piece of a negative size", "Transfer-Encoding: chunked", body=b"-1\r\n{}\r\n0\r\n\r\n", on_azure=500),
    _no_http("a head that goes on in the next line", "X: a", " Injected: b", "Content-Length: 0", body=b""),
    _no_http("a line that ends by a line feed alone", "X: a\nInjected: b", "Content-Length: 0", body=b""),
    _no_http("a head of 9,000 characters", "X: " + "x" * 9000, "Content-Length: 0", body=b""),
    HostileInput("framing: an address of 9,000 characters", get("/" + "x" * 9000), 414, None),
    HostileInput("framing: a version of HTTP to come", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505, None),
    HostileInput("framing: no host", b"GET /api/health HTTP/1.1\r\n\r\n", 400, None),
    HostileInput("framing: TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, None),
    _no_http("a request behind a request", "Content-Length: 0", body=HIDDEN),
    HostileInput(
        "framing: a request in the body of a request",
        request("POST", START, "Content-Type: text/plain", f"Content-Length: {len(HIDDEN)}", body=HIDDEN),
        *(415, "unsupported-media-type"),
    ),
    HostileInput(
        "framing: a header that Connection names is passed on all the same",
        request("POST", START, JSON, "Connection: content-type", "Content-Length: 2", body=b"{}"),
        *(400, "invalid-input", ("story", "style")),
    ),
    HostileInput(
        "framing: an invocation of the host's own, made up",
        post(START, {}, "x-ms-invocation-id: 00000000-0000-0000-0000-000000000000"),
        *(400, "invalid-input", ("story", "style")),
        on_azure="none",
    ),
    _no_http("two media types", "Content-Type: text/plain", f"Content-Length: {len(TEXT)}", on_azure=415),
)

KEYS = (
    _no_key("none", post(START, GOOD, key=None)),
    _no_key("an empty one", post(START, GOOD, key="")),
    _no_key("a wrong one", post(START, GOOD, key="x" * 43)),
    _no_key("an empty one in the query", post(f"{START}?code=", GOOD, key=None)),
    _no_key("one beyond ASCII", post(START, GOOD, key="schl\xc3\xbcssel")),
    HostileInput("key: one of broken bytes", post(START, GOOD, key="schl\xfcssel"), 400, None),
    _no_key("another function's", post(START, GOOD, key=OTHER_FUNCTIONS_KEY)),
    _no_key("the durable engine's", post(START, GOOD, key=SYSTEM_KEY)),
    _no_key("a list of keys", post(START, GOOD, key=f"x, {KEY}")),
    _no_key("a wrong one before the right one", post(f"{START}?code={KEY}", GOOD, key="wrong")),
    _no_key("the right one as a bearer's", post(START, GOOD, f"Authorization: Bearer {KEY}", key=None)),
    _no_key("the right one as a cookie", post(START, GOOD, f"Cookie: code={KEY}", key=None)),
    _no_key("one in the body", post(START, {**GOOD, "code": "x"}, key=None)),
    _no_key("none, for a generation's state", get(OF, key=None)),
    _no_key("none, for an image", get(f"{OF}/images/panels/0/1", key=None)),
    _no_key("none, to delete", request("DELETE", OF, key=None)),
    _no_key("none, by a path with capitals", request("DELETE", OF.replace("/api/", "/API/"), key=None)),
    _no_key("none, by an encoded path", request("DELETE", OF.replace("/api/", "/%61pi/"), key=None)),
    _no_key("none, with the original address made up", get(OF, "X-Original-URL: /api/health", key=None)),
    HostileInput("key: none, by a path with two slashes before it", request("DELETE", "/" + OF, key=None), 404, None),
    _too_low_a_key("for the durable engine's list", get(f"{ENGINE}/instances")),
    _too_low_a_key("to start an orchestration", post(f"{ENGINE}/orchestrators/manga", {})),
    _too_low_a_key("to end an orchestration", post(f"{ENGINE}/instances/{GENERATION}/terminate", b"")),
    _too_low_a_key("to purge all", request("DELETE", f"{ENGINE}/instances?createdTimeFrom=2000-01-01T00:00:00Z")),
    _too_low_a_key("for the host's administration", get("/admin/functions")),
)

ADDRESSES = (
    _forged("one that was forwarded", "X-Forwarded-For: 203.0.113.9"),
    _forged("several that were forwarded", "X-Forwarded-For: 203.0.113.9, 198.51.100.7"),
    _forged("two lines of one", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 198.51.100.7"),
    _forged("one and an empty one", "X-Forwarded-For: 203.0.113.9,"),
    _forged("one of IPv6", "X-Forwarded-For: 2001:db8::9"),
    _forged("one of no form", 'X-Forwarded-For: "><script>'),
    _forged("one by Front Door", "X-Azure-ClientIP: 203.0.113.9", "X-Azure-SocketIP: 203.0.113.9"),
    _forged("one by the standard", "Forwarded: for=203.0.113.9;proto=https"),
    _forged(
        "one by other proxies", "X-Real-IP: 203.0.113.9", "X-Client-IP: 203.0.113.9", "True-Client-IP: 203.0.113.9"
    ),
    _forged("one by another name", "CF-Connecting-IP: 203.0.113.9", "Fastly-Client-IP: 203.0.113.9"),
    _forged("another user agent, another origin", "User-Agent: somebody else", "Origin: https://else.example"),
)

HEADS = IDEMPOTENCY_KEYS + FRAMING + KEYS + ADDRESSES
