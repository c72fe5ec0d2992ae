"""The features of browsers that the page uses, and since when each browser has them.

Methods of objects are not looked up, since their names are common words. The type checker knows only those that at
least two engines have, and of the language only those of 2023.

`python -m tests.web.browser_support PATH` reads a checkout of https://github.com/mdn/browser-compat-data and writes
`browser_support.json`.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

WEB = Path(__file__).resolve().parents[2] / "web"
TABLE = Path(__file__).with_suffix(".json")
BROWSERS = ("chrome", "firefox", "safari")

_AREAS = ("api", "javascript.builtins")

type Versions = dict[str, str | None]
"""The first version of each browser that has the feature; None if it has none."""

_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_TEXT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")
_OBJECTS = {"navigator": "Navigator", "document": "Document", "window": "Window", "history": "History"}
_MEMBER = re.compile(rf"(?<![\w.])((?:[A-Z]\w*)|{'|'.join(_OBJECTS)})\??\.([a-zA-Z]\w*)")
_CONSTRUCTOR = re.compile(r"\b(?:new|instanceof) ([A-Z]\w*)")
_OWN = re.compile(r"\b(?:class|const) (\w+)|^import \{([^}]*)\}", re.MULTILINE)
_BLOCK = re.compile(r"([^{}]*)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@([a-z-]+)")
_MEDIA = re.compile(r"@media[^{]*?\(([a-z-]+):")
_SELECTOR = re.compile(r"::?([a-z-]+)")
_FUNCTION = re.compile(r"(?<![:\w-])([a-z-]+)\(")
_UNIT = re.compile(r"\b[\d.]+(dvh|svh|lvh|dvw|cqw|cqi|lh|rlh|cap|ic)\b")


def used_names() -> set[str]:
    """Return the features that the page uses, such as `js Intl.Segmenter`, `css gap`, `css :has` or `html <dialog>`."""
    names: set[str] = set()
    for path in WEB.rglob("*.js"):
        names |= {f"js {name}" for name in _names_of_script(path.read_text())}
    for path in WEB.rglob("*.css"):
        names |= {f"css {name}" for name in _names_of_styles(_COMMENT.sub("", path.read_text()))}
    page = _COMMENT.sub("", (WEB / "index.html").read_text())
    return names | {f"html <{name}>" for name in re.findall(r"<([a-z][a-z0-9]*)", page)}


def _names_of_script(source: str) -> Iterator[str]:
    code = _TEXT.sub('""', _COMMENT.sub("", source))
    own = {name.strip() for names in _OWN.findall(code) for name in re.split(r"[\s,]+", " ".join(names)) if name}
    yield from (name for name in _CONSTRUCTOR.findall(code) if name not in own)
    for owner, member in _MEMBER.findall(code):
        if owner not in own:
            yield f"{_OBJECTS.get(owner, owner)}.{member}"


def _names_of_styles(styles: str) -> Iterator[str]:
    for selector, body in _BLOCK.findall(styles):
        yield from (f":{name}" for name in _SELECTOR.findall(selector))
        for declaration in body.split(";"):
            name, colon, value = (part.strip() for part in declaration.partition(":"))
            if colon and not name.startswith("--"):
                yield name
            yield from (f"{function}()" for function in _FUNCTION.findall(value))
            yield from (f"1{unit}" for unit in _UNIT.findall(value))
    yield from (f"@{name}" for name in _AT_RULE.findall(styles))
    yield from (f"@media ({name})" for name in _MEDIA.findall(styles))


class _Data:
    """The compatibility data, by the path of each feature."""

    def __init__(self, checkout: Path) -> None:
        self._features: dict[str, Mapping[str, Any]] = {}
        self._by_end: dict[str, list[str]] = {}
        for area in ("api", "css", "html", "javascript"):
            for path in (checkout / area).rglob("*.json"):
                self._add("", json.loads(path.read_text()))

    def _add(self, path: str, node: Mapping[str, Any]) -> None:
        for name, child in node.items():
            if name == "__compat":
                self._features[path] = child["support"]
                end = path.rpartition(".")[2].removesuffix("_static")
                self._by_end.setdefault(end, []).append(path)
            elif isinstance(child, Mapping):
                self._add(f"{path}.{name}" if path else name, cast("Mapping[str, Any]", child))

    def versions(self, name: str) -> Versions | None:
        """Return the versions of a feature, or None if the data does not have it.

        Of several features with this name, those of the oldest.
        """
        found = [self._versions(path) for path in self._paths(name)]
        return min(found, key=lambda each: [order(each[browser]) for browser in ("firefox", "safari")], default=None)

    def _paths(self, used: str) -> list[str]:
        language, _, name = used.partition(" ")
        if language == "css":
            return self._css_paths(name)
        if language == "html":
            return self._existing(f"html.elements.{name.strip('<>')}")
        owner, _, member = name.rpartition(".")
        if name.startswith("."):
            return [path for path in self._by_end.get(member, []) if path.startswith(("api.", "javascript.builtins."))]
        if owner:
            # The members of a mixin or a parent are found by name only.
            kinds = [f"{area}.{owner}.{member}{end}" for area in _AREAS for end in ("", "_static")]
            return self._existing(*kinds, f"api.{member}") or self._paths(f"js .{member}")
        return self._existing(f"api.{name}", f"javascript.builtins.{name}")

    def _css_paths(self, name: str) -> list[str]:
        if name.startswith("@media ("):
            feature = name[8:-1].removeprefix("min-").removeprefix("max-")
            return self._existing(f"css.at-rules.media.{feature}")
        if name.startswith("@"):
            return self._existing(f"css.at-rules.{name[1:]}")
        if name.startswith(":"):
            return self._existing(f"css.selectors.{name[1:]}")
        if name.endswith("()"):
            return [path for path in self._by_end.get(name[:-2], []) if path.startswith("css.types.")]
        if name.startswith("1"):
            return self._existing("css.types.length.viewport_percentage_units_dynamic", f"css.types.length.{name[1:]}")
        return self._existing(f"css.properties.{name}", f"css.at-rules.font-face.{name}")

    def _existing(self, *paths: str) -> list[str]:
        return [path for path in paths if path in self._features]

    def _versions(self, path: str) -> Versions:
        return {browser: _first_version(self._features[path].get(browser)) for browser in BROWSERS}


def _first_version(support: object) -> str | None:
    """Return the first version with the feature under its own name, without a setting of the user."""
    statements = cast("list[object]", support) if isinstance(support, list) else [support]
    for statement in (cast("Mapping[str, object]", each) for each in statements if isinstance(each, Mapping)):
        if not statement.keys() & {"flags", "prefix", "alternative_name", "version_removed"}:
            added = statement.get("version_added")
            return added.removeprefix("≤") if isinstance(added, str) and added != "preview" else None
    return None


def order(version: str | None) -> float:
    return float("inf") if version is None else float(version)


def latest(versions: list[str | None]) -> str:
    """Return the highest of the versions."""
    return max((version for version in versions if version is not None), key=order)


def main() -> None:
    """Write the table."""
    data = _Data(Path(sys.argv[1]))
    rows = {name: data.versions(name) for name in sorted(used_names())}
    lines = [f"  {json.dumps(name)}: {json.dumps(versions)}" for name, versions in rows.items()]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print("Not in the data:", *(name for name, versions in rows.items() if versions is None))


if __name__ == "__main__":
    main()
