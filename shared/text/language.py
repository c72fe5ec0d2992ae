"""Language tags (BCP 47, https://www.rfc-editor.org/rfc/rfc5646): read and written in one way."""

import re

# The shortest buffer that software for language tags should have (RFC 5646 §4.4.1); no real tag is longer.
MAX_TAG_LENGTH = 35

# No language has a registered code of more than three letters. So a name such as `English` is not taken for a code.
_LANGUAGE = r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})"
_SCRIPT = r"(?:-(?P<script>[a-z]{4}))?"
_REGION = r"(?:-(?P<region>[a-z]{2}|\d{3}))?"
_VARIANTS = r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*"
_EXTENSIONS = r"(?:-[a-wy-z\d](?:-[a-z\d]{2,8})+)*"
_PRIVATE_USE = r"(?:-x(?:-[a-z\d]{1,8})+)?"
_TAG = re.compile(
    rf"{_LANGUAGE}{_SCRIPT}{_REGION}(?P<others>{_VARIANTS}{_EXTENSIONS}{_PRIVATE_USE})", re.ASCII | re.IGNORECASE
)
#: The tag of texts whose language is not known.
UNDETERMINED = "und"
#: What JSON schemas say of a tag. A few texts that match are none.
TAG_PATTERN = r"^\s*[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\s*$"


def language_tag(value: object) -> str | None:
    """Return a language tag in its usual case, such as `zh-Hant-TW`; None for anything that names no language."""
    text = value.strip() if isinstance(value, str) else ""
    match = _TAG.fullmatch(text) if len(text) <= MAX_TAG_LENGTH else None
    if match is None or match["language"].lower() == UNDETERMINED:
        return None
    parts = match["language"].lower(), (match["script"] or "").title(), (match["region"] or "").upper()
    return "-".join(filter(None, parts)) + match["others"].lower()
