"""The page uses only what all three engines have; Firefox and Safari can't be tested here."""

import json
import re

import pytest

from tests.web.browser_support import BROWSERS, TABLE, Versions, latest, used_names
from tools.devstack.stack import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "browser-support.md"

# Features that a browser may lack, with what happens there.
OPTIONAL = {
    "js Navigator.share": "the link is copied",
    "js Navigator.pdfViewerEnabled": "the PDF is downloaded",
    "css text-wrap": "lines are not balanced",
    "css backdrop-filter": "the background is not blurred",
    "css text-size-adjust": "only phones need it",
    "css -webkit-text-size-adjust": "only phones need it",
    "css print-color-adjust": "the prefixed property applies",
    "css -webkit-print-color-adjust": "the property without a prefix applies",
    "css forced-color-adjust": "Safari has no forced colours",
    "css paint-order": "all browsers have had it for years in SVG, where it is used",
    "css user-select": "Safari has it with a prefix; without it, words of shared comics are copied twice",
    "css :-moz-progress-bar": "the rule for the other engines applies",
    "css :-webkit-progress-bar": "the rule for Firefox applies",
    "css :-webkit-progress-value": "the rule for Firefox applies",
    "css :-webkit-details-marker": "the standard property applies",
}
# The data lists these under other names; all browsers have had them for years.
UNLISTED = {"css format()", "css minmax()", "css repeat()"}


@pytest.fixture(scope="module")
def table() -> dict[str, Versions | None]:
    return json.loads(TABLE.read_text())


def test_every_used_feature_is_in_the_table(table: dict[str, Versions | None]) -> None:
    missing = used_names() - table.keys()

    assert not missing, "add them by `python -m tests.web.browser_support`, which describes itself"


def test_every_browser_has_every_used_feature(table: dict[str, Versions | None]) -> None:
    for name in used_names() - OPTIONAL.keys() - UNLISTED:
        versions = table[name]
        assert versions is not None, f"{name} is in no browser"
        assert None not in versions.values(), f"{name} is not in all browsers: {versions}"


def test_document_names_the_oldest_browsers_that_have_them_all(table: dict[str, Versions | None]) -> None:
    needed = [versions for name in used_names() - OPTIONAL.keys() if (versions := table[name]) is not None]
    oldest = {browser: latest([versions[browser] for versions in needed]) for browser in BROWSERS}

    stated = re.search(r"Chrome (\S+), Firefox (\S+) and Safari (\S+) are the oldest", DOCUMENT.read_text())
    assert stated is not None
    assert dict(zip(BROWSERS, stated.groups(), strict=True)) == oldest


def test_new_and_missing_features_would_be_found() -> None:
    names = used_names()

    assert {"js Navigator.storage", "css :has", "css 1dvh", "css color-mix()"} <= names
    assert {"css @media (prefers-color-scheme)", "html <dialog>", "css aspect-ratio"} <= names
