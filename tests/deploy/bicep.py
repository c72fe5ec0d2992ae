"""Parses Bicep files: what they declare, what they use, and their resources.

The grammar is tree-sitter-bicep's. There is no compiler here: types of resources and their properties stay unchecked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_bicep.language()))
_DECLARATIONS = ("parameter", "variable", "resource", "module")
# Nodes that begin with a name, as declarations do.
_NAMED = ("call_expression", "object_property", "for_statement")

type Value = str | list[Value] | dict[str, Value]


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that is used, on a line counted from 1."""

    name: str
    line: int


class BicepFile:
    """One parsed file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = _PARSER.parse(path.read_bytes()).root_node

    @cached_property
    def broken_lines(self) -> list[int]:
        """The lines, counted from 1, that are not Bicep."""
        return sorted({_line(node) for node in _walk(self._root) if node.is_error or node.is_missing})

    @cached_property
    def parameters(self) -> Mapping[str, "Parameter"]:
        """The parameters by name."""
        declared: dict[str, Parameter] = {}
        decorators: dict[str, Value] = {}
        for node in self._root.named_children:
            if node.type == "decorators":
                decorators = dict(_decorators(node))
            elif node.type == "parameter_declaration":
                name, _, *default = (child for child in node.named_children if child.type != "comment")
                value = _value(default[0]) if default else None
                declared[_text(name)] = Parameter(value, decorators)
            if node.type not in {"decorators", "comment"}:
                decorators = {}
        return declared

    @cached_property
    def outputs(self) -> set[str]:
        """The outputs' names."""
        return {_text(node.named_children[0]) for node in self._root.children if node.type == "output_declaration"}

    @cached_property
    def declared(self) -> Mapping[str, Node]:
        """Parameters, variables, resources and modules by name, nested resources too."""
        return {_text(node.named_children[0]): node for node in self._declarations(*_DECLARATIONS)}

    @cached_property
    def modules(self) -> Mapping[str, "Module"]:
        """The modules that are called."""
        return {
            _text(node.named_children[0]): Module(self.path.parent / _literal(node.named_children[1]), _body(node))
            for node in self._declarations("module")
        }

    @cached_property
    def resources(self) -> list["Resource"]:
        """The resources, nested ones too, whose types are then those of their parents and their own."""
        return [Resource(_resource_type(node), _body(node), _text(node)) for node in self._declarations("resource")]

    @cached_property
    def references(self) -> list[Reference]:
        """Names that are used as values, without names of functions, of properties and of what loops bind."""
        return [
            Reference(_text(node), _line(node))
            for node in _walk(self._root)
            if node.type == "identifier" and _is_value(node) and _text(node) not in _bound_around(node)
        ]

    @cached_property
    def module_outputs_used(self) -> list[tuple[str, str, int]]:
        """What is read of modules' outputs: the module, the output, the line."""
        used: list[tuple[str, str, int]] = []
        for node in _walk(self._root):
            parts = _text(node).replace("!", "").split(".") if node.type == "member_expression" else []
            if len(parts) == 3 and parts[1] == "outputs":
                used.append((parts[0], parts[2], _line(node)))
        return used

    def _declarations(self, *kinds: str) -> Iterator[Node]:
        types = {f"{kind}_declaration" for kind in kinds}
        return (node for node in _walk(self._root) if node.type in types)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its default as written, and its decorators by name with their first arguments."""

    default: Value | None
    decorators: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Module:
    """A module that is called: its file, and what it is given."""

    path: Path
    body: Mapping[str, Value]

    @property
    def params(self) -> Mapping[str, Value]:
        """Its parameters, as written."""
        params = self.body.get("params", {})
        assert isinstance(params, dict)
        return params


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: its type with its API version, its properties as written, and all of its text."""

    type: str
    body: Mapping[str, Value]
    text: str


def bicep_files(folder: Path) -> list[BicepFile]:
    """Parse all files of a folder and of those below it."""
    return [BicepFile(path) for path in sorted(folder.rglob("*.bicep"))]


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _ancestors(node: Node) -> Iterator[Node]:
    while (parent := node.parent) is not None:
        yield parent
        node = parent


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _line(node: Node) -> int:
    return node.start_point.row + 1


def _literal(node: Node) -> str:
    return _text(node).strip("'")


def _decorators(node: Node) -> Iterator[tuple[str, Value]]:
    for call in (child for child in _walk(node) if child.type == "call_expression"):
        name, arguments = call.named_children
        given = arguments.named_children
        yield _text(name), _value(given[0]) if given else ""


def _value(node: Node) -> Value:
    """Return an object as a dict, an array as a list, a string without its quotes, all else as it is written."""
    match node.type:
        case "object":
            pairs = (child.named_children for child in node.named_children if child.type == "object_property")
            return {_literal(pair[0]): _value(pair[1]) for pair in pairs if len(pair) > 1}
        case "array":
            return [_value(child) for child in node.named_children if child.type != "comment"]
        case "string":
            return _literal(node)
        case _:
            return _text(node)


def _body(declaration: Node) -> Mapping[str, Value]:
    """Return the properties of a declaration, whatever condition or loop stands around them."""
    last = declaration.named_children[-1]
    while last.type in {"if_statement", "for_statement"}:
        last = last.named_children[-1]
    value = _value(last)
    assert isinstance(value, dict), _text(declaration)
    return value


def _resource_type(declaration: Node) -> str:
    own = _literal(declaration.named_children[1])
    above = [
        _literal(node.named_children[1]) for node in _ancestors(declaration) if node.type == "resource_declaration"
    ]
    if not above:
        return own
    root, version = above[-1].split("@")
    return f"{'/'.join([root, *reversed(above[:-1]), own])}@{version}"


def _is_value(node: Node) -> bool:
    parent = node.parent
    assert parent is not None
    if parent.type in _NAMED or parent.type.endswith("_declaration"):
        return node != parent.named_children[0]
    return not any(above.type == "decorators" for above in _ancestors(node))


def _bound_around(node: Node) -> set[str]:
    return {_text(above.named_children[0]) for above in _ancestors(node) if above.type == "for_statement"}
