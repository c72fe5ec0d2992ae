"""Path traversal, ids of other forms, numbers out of bounds, broken queries, wrong methods."""

from urllib.parse import quote

from tests.hostile.wire import GENERATION, HostileInput, get, post, request
from tests.support.running_app import START, UNKNOWN_ID

OF = f"/api/generations/{GENERATION}"
FOLLOW = f"{START}/{GENERATION}"
REDDIT = "/api/reddit?path="


def _not_found(name: str, sent: bytes) -> HostileInput:
    return HostileInput(f"path: {name}", sent, 404, "not-found")


def _refused(name: str, sent: bytes) -> HostileInput:
    """An address that the host refuses before it looks for a function."""
    return HostileInput(f"path: {name}", sent, 400, None)


def _nowhere(name: str, sent: bytes) -> HostileInput:
    """An address that no route takes."""
    return HostileInput(f"path: {name}", sent, 404, None)


def _no_route(name: str, sent: bytes) -> HostileInput:
    return HostileInput(f"method: {name}", sent, 404, None)


def _query(name: str, target: str, *fields: str) -> HostileInput:
    return HostileInput(f"query: {name}", get(target), 400, "invalid-input", fields)


def _no_post(name: str, pasted: str) -> HostileInput:
    return _query(f"{name} as a post of Reddit", REDDIT + quote(pasted, safe=""), "path")


FILES = (
    _not_found("a file of the server", get("/../../../../etc/passwd")),
    _not_found("a file of the server, encoded", get("/%2e%2e%2f%2e%2e%2fetc%2fpasswd")),
    _not_found("a file of the server, encoded twice", get("/%252e%252e%252fetc%252fpasswd")),
    _not_found("a file of the server, with backslashes", get("/..%5c..%5cfunction_app.py")),
    _nowhere("a file of the server, by two slashes", get("//etc/passwd")),
    _not_found("a file of the app", get("/function_app.py")),
    _not_found("a file of the app, next to the examples", get("/examples/../requirements.txt")),
    _not_found("the app's settings", get("/local.settings.json")),
    _refused("a file that ends early", get("/index.html%00.png")),
    _not_found("bytes that are no UTF-8", get("/%ff%fe%c0%af")),
    _not_found("percent signs that encode nothing", get("/%zz%")),
    _refused("another server's", get("http://evil.example/no/such/page")),
)

IDS = (
    _not_found("an id in capitals", get("/api/generations/" + "ABCDEF00" * 4)),
    _not_found("an id of 31 characters", get("/api/generations/" + "0" * 31)),
    _not_found("an id and a line end", get(f"{OF}%0a")),
    _refused("an id and a null", get(f"{FOLLOW}%00")),
    _not_found("an id in digits of another script", get("/api/generations/" + "%ef%bc%90" * 32)),
    _not_found("an id with path traversal", get("/api/generations/..%2f..%2fclaims")),
    _not_found("an id that is a step of a generation", get(f"{OF}:panel:0")),
    _not_found("an id that is everybody", get("/api/generations/*")),
    _not_found("an id that is a query", get("/api/generations/%27%20OR%201=1--")),
    _not_found("an id of nobody's to cancel", post(f"/api/generations/{UNKNOWN_ID}/cancel", b"")),
    _not_found("an id of nobody's to delete", request("DELETE", f"/api/generations/{UNKNOWN_ID}")),
    _not_found("an id with path traversal, to delete", request("DELETE", "/api/generations/..%2flimits")),
)

IMAGES = (
    _not_found("an image of index -1", get(f"{OF}/images/panels/-1/1")),
    _not_found("an image of an index in another script", get(f"{OF}/images/panels/%d9%a0/1")),
    _not_found("an image of an index with a sign", get(f"{OF}/images/panels/%2b0/1")),
    _not_found("an image of a huge index", get(f"{OF}/images/panels/{'9' * 400}/1")),
    _not_found("an image of a version that is no number", get(f"{OF}/images/panels/0/x")),
    _not_found("an image beyond the last", get(f"{OF}/images/panels/15/1")),
    _not_found("an image of version 0", get(f"{OF}/images/panels/0/0")),
    _not_found("an image of a version to come", get(f"{OF}/images/panels/0/2")),
    _not_found("an image of another kind", get(f"{OF}/images/uploads/0/1")),
    _not_found("an image that is the request", get(f"{OF}/images/panels/0/1%2f..%2f..%2f..%2frequest.json")),
    _nowhere("an image by a kind that leads up", get(f"{OF}/images/%2e%2e/0/1")),
    _not_found("a redo of index 99", post(f"{OF}/panels/99/regenerate", {})),
    _not_found("a redo of a character beyond the last", post(f"{OF}/characters/4/regenerate", {})),
    _not_found("a redo of index -1", post(f"{OF}/panels/-1/regenerate", {})),
    _not_found("a redo of index 1e1", post(f"{OF}/panels/1e1/regenerate", {})),
    _not_found("a redo of another kind", post(f"{OF}/__class__/0/regenerate", {})),
)

QUERIES = (
    _query("an empty cursor", f"{FOLLOW}?after=", "after"),
    _query("a cursor before the start", f"{FOLLOW}?after=-1", "after"),
    _query("a cursor of 400 digits", f"{FOLLOW}?after={'9' * 400}", "after"),
    _query("a cursor in another script", f"{FOLLOW}?after=%d9%a3", "after"),
    _query("a cursor that is not a number", f"{FOLLOW}?after=NaN", "after"),
    _query("images of another kind", f"{FOLLOW}?images=..%2f", "images"),
    _query("an export of no kind", f"{OF}/export", "format"),
    _query("an export as a program, to nowhere", f"{OF}/export?format=exe&direction=up", "format", "direction"),
    _query("an export of a kind that leads up", f"{OF}/export?format=zip%2f..%2f..", "format"),
)

OUTSIDE = (
    _no_post("nothing", ""),
    _no_post("an id alone", "abc123"),
    _no_post("a picture", "https://i.redd.it/abc123.png"),
    _no_post("another host", "https://evil.example/r/x1/comments/abc"),
    _no_post("another host in a user's place", "https://www.reddit.com@evil.example/r/x1/comments/abc"),
    _no_post("a user and a password", "https://user:pass@www.reddit.com/r/x1/comments/abc"),
    _no_post("another host behind a backslash", "https://www.reddit.com\\@evil.example/r/x1/comments/abc"),
    _no_post("another host behind a line end", "https://www.reddit.com\r\nHost: evil.example/r/x1/comments/abc"),
    _no_post("a host that begins like it", "https://www.reddit.com.evil.example/r/x1/comments/abc"),
    _no_post("a host that ends like it", "https://evilreddit.com/r/x1/comments/abc"),
    _no_post("a host in look-alike letters", "https://www.redd\u0456t.com/r/x1/comments/abc"),
    _no_post("another port", "https://www.reddit.com:8080/r/x1/comments/abc"),
    _no_post("the cloud's metadata", "http://169.254.169.254/r/x1/comments/abc"),
    _no_post("this machine", "http://[::1]/r/x1/comments/abc"),
    _no_post("a file", "file:///r/x1/comments/abc"),
    _no_post("another protocol", "gopher://www.reddit.com/r/x1/comments/abc"),
    _no_post("a host without a protocol", "//evil.example/r/x1/comments/abc"),
    _no_post("a way up", "/r/x1/comments/../../api/v1/me"),
    _no_post("an encoded way up", "/r/%2e%2e/comments/abc"),
    _no_post("a user's page", "/user/somebody/submitted"),
    _no_post("a share link of another host", "https://evil.example/r/x1/s/AbCdEf"),
    _no_post("a share link with a way up", "/r/x1/s/../../api/v1/me"),
    _no_post("another host in a short link's user", "https://redd.it@evil.example/abc"),
    _no_post("another port of a short link", "https://redd.it:8080/abc"),
    _no_post("a null", "/r/x1/comments/abc\0"),
    _no_post("3,000 characters", "/r/x1/comments/abc/" + "x" * 3000),
)

METHODS = (
    _no_route("PUT to start", request("PUT", START, "Content-Length: 0")),
    _no_route("PATCH of a generation", request("PATCH", OF, "Content-Length: 0")),
    _no_route("POST with an override to DELETE", post(OF, b"", "X-HTTP-Method-Override: DELETE")),
    _no_route("TRACE", request("TRACE", "/api/health")),
    HostileInput("method: CONNECT", request("CONNECT", "evil.example:443"), 400, None),
    _no_route("HEAD of a generation", request("HEAD", OF)),
    _no_route("an unknown one", request("BREW", START)),
    HostileInput("method: one with a line end", request("GET\r\nX: y", START), 400, None),
    _no_route("GET to start", get(START)),
    _no_route("GET to cancel", get(f"{OF}/cancel")),
    HostileInput("method: cancel what has ended", post(f"{OF}/cancel", b""), 409, "already-ended"),
    HostileInput("method: retry what is complete", post(f"{OF}/retry", b""), 409, "nothing-to-do"),
)

PATHS = FILES + IDS + IMAGES + QUERIES + OUTSIDE + METHODS
