"""docs/architecture.md, compared with the tree and with the imports of the code."""

import re
from itertools import groupby

from tests.unit.docs.documents import ROOT, blocks, table
from tests.unit.test_architecture import files, imports, is_within

DOCUMENT = ROOT / "docs" / "architecture.md"
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
MAX_FILES_FOR_A_PANEL = 8


def folders_in(package: str) -> tuple[str, ...]:
    """Return the folders with code directly in a package."""
    return tuple(sorted({f"{package}.{path.parent.name}" for path in (ROOT / package).glob("*/*.py")}))


TOP = ("orchestrators", "activities", "maintenance")
API = folders_in("api")
# Everybody may import these, so their arrows are left out. They import nothing but each other.
BASICS = ("shared.errors", "shared.models", "shared.text", "shared.images", "shared.telemetry")
SHARED = tuple(folder for folder in folders_in("shared") if folder not in BASICS)
TOOLS = folders_in("tools")
IMPORTERS = (*TOP, *API, *SHARED, "client", *TOOLS)


def node_of(name: str) -> str | None:
    """Return the folder of the graph that an imported module is in; files directly in api/ and shared/ are in none."""
    return next((node for node in (*IMPORTERS, *BASICS) if is_within(name, (node,))), None)


def edges() -> list[tuple[str, str]]:
    """Return the arrows of the graph, in the order of its nodes.

    A folder that imports nothing but basics has an arrow to them. To a tool, the app is one thing.
    """
    found: dict[str, set[str]] = {importer: set() for importer in IMPORTERS}
    for importer in IMPORTERS:
        for path in files(importer):
            for name in imports(path):
                node = node_of(name)
                if importer in TOOLS and node not in TOOLS and is_within(name, ("function_app", *TOP, "api", "shared")):
                    found[importer].add("app")
                elif node is not None and node != importer:
                    found[importer].add(node)
    return [
        (importer, "basics" if imported in BASICS else imported)
        for importer in IMPORTERS
        for imported in sorted(found[importer] - set(BASICS)) or sorted(found[importer])[:1]
    ]


def box(node: str) -> str:
    return f'{node}["{node.replace(".", "/")}/"]'


def boxes(title: str, nodes: tuple[str, ...]) -> list[str]:
    return [f"  subgraph {title}", *(f"    {box(node)}" for node in nodes), "  end"]


def graph() -> str:
    """Return the imports as a Mermaid flowchart."""
    arrows = [
        f"  {importer} --> {' & '.join(imported for _, imported in group)}"
        for importer, group in groupby(edges(), key=lambda edge: edge[0])
    ]
    app = [f"  {line}" for line in (*boxes("api", API), *boxes("shared", SHARED), *boxes("basics", BASICS))]
    top = [f"    {box(node)}" for node in TOP]
    around = [f"  {box(node)}" for node in ("client", "web")]
    lines = ["flowchart LR", "  subgraph app", *top, *app, "  end", *around, *boxes("tools", TOOLS), *arrows]
    return "\n".join(lines) + "\n"


def folders_of_the_table() -> set[str]:
    return {folder.rstrip("/") for folder in table(DOCUMENT, "folder")}


def test_graph_shows_the_imports() -> None:
    (drawn,) = blocks(DOCUMENT, "mermaid")

    assert drawn == graph(), f"Put this graph into docs/architecture.md:\n\n{graph()}"


def test_basics_import_nothing_but_basics() -> None:
    for basic in BASICS:
        for path in files(basic):
            nodes = {node_of(name) for name in imports(path)} - {None}
            assert nodes <= {*BASICS}, path


def test_every_folder_of_the_table_exists() -> None:
    assert all((ROOT / folder).is_dir() for folder in folders_of_the_table())


def test_every_folder_of_the_app_and_every_tool_is_in_the_table() -> None:
    packages = (*TOP, "api", "shared")
    inner = {path.parent for package in packages for path in (ROOT / package).rglob("*/*.py")}
    tools = {path.parent for path in (ROOT / "tools").glob("*/__init__.py")}
    expected = {*packages, "client", "web", "infra", "tests", *(str(path.relative_to(ROOT)) for path in inner | tools)}

    assert folders_of_the_table() == expected


def test_every_folder_of_the_picture_is_in_the_table() -> None:
    drawn = re.findall(r'<text class="name"[^>]*>([a-z_/]+)/<', PICTURE.read_text())

    assert drawn
    assert set(drawn) <= folders_of_the_table()


def test_panel_can_be_followed_through_few_files() -> None:
    paths = re.findall(r"^\d+\. \[`([^`]+)`\]\(\.\./\1\)", DOCUMENT.read_text(), re.MULTILINE)

    assert 0 < len(paths) <= MAX_FILES_FOR_A_PANEL
    assert all((ROOT / path).is_file() for path in paths)
