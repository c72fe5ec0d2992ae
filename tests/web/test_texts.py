"""The labels of buttons: each begins with a verb, in sentence case."""

import re

from tools.devstack.stack import REPOSITORY

WEB = REPOSITORY / "web"
VERBS = {
    "Add",
    "Cancel",
    "Change",
    "Choose",
    "Close",
    "Continue",
    "Copy",
    "Delete",
    "Discard",
    "Draw",
    "Edit",
    "Keep",
    "Load",
    "Move",
    "Redraw",
    "Reload",
    "Remove",
    "Report",
    "Save",
    "Send",
    "Share",
    "Show",
    "Stop",
    "Translate",
    "Translate…",
    "Try",
    "Undo",
    "Use",
    "View",
    "Write",
}
IN_HTML = re.compile(r"<button[^>]*>\s*([^<\s][^<]*)<")
IN_MODULES = [
    re.compile(r"\bbutton\(\"[^\"]*\", [\"`]([A-Z][^\"`]*)"),
    re.compile(r"\btool\(\"\w+\", \"([^\"]+)"),
    re.compile(r"\b(?:yes|no): \"([^\"]+)"),
    re.compile(r"\b(?:retry\(|action: \{ name: |CAN_SHARE \? )\"([^\"]+)"),
    re.compile(r"\bCAN_SHARE \? \"[^\"]+\" : \"([^\"]+)"),
    re.compile(r"element\(\"button\", \{[^}]*textContent: \"([^\"]+)"),
]


def labels() -> set[str]:
    found = set(IN_HTML.findall((WEB / "index.html").read_text()))
    for path in (WEB / "assets").rglob("*.js"):
        text = path.read_text()
        found.update(label for pattern in IN_MODULES for label in pattern.findall(text))
    return found


def test_labels_of_buttons_begin_with_a_verb_in_sentence_case() -> None:
    found = labels()

    # One of each kind.
    assert {"Draw the comic", "Undo", "Redraw", "Stop sharing", "Draw all missing images", "Copy the link"} <= found
    assert {label.split()[0] for label in found} <= VERBS
    assert [label for label in found if re.search(r" [A-Z][a-z]", label)] == []
