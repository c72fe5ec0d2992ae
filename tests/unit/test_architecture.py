"""Who may import whom: the rules that keep the parts apart."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ("activities", "api", "maintenance", "orchestrators", "shared")
MAX_FILES = 12

# What each part may import of the project, besides itself. `tools` are listed one by one.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "shared": (),
    "orchestrators": ("shared.errors", "shared.models", "shared.names"),
    "activities": ("shared",),
    "maintenance": ("shared",),
    "api": ("activities", "shared"),
    "client": ("shared.models", "shared.ndjson", "shared.text"),
    "tools.audit": (),
    "tools.benchmarks": ("activities", "client", "function_app", "shared", "tools.devhost", "tools.devstack"),
    "tools.check_model": ("activities", "shared"),
    "tools.devhost": (),
    "tools.devstack": (),
    "tools.gemini_emulator": (),
}
# The files that may import each SDK.
SDKS: dict[str, tuple[str, ...]] = {
    "google": ("shared/model/gemini.py",),
    "azure.storage": ("shared/storage/azure_blobs.py",),
    "azure.identity": ("shared/storage/azure_blobs.py",),
    "opentelemetry": ("shared/telemetry/opentelemetry.py", "shared/telemetry/opentelemetry_logs.py"),
    "aiohttp": (
        "shared/durable_engine.py",
        "shared/model/attached_images.py",
        "shared/model/gemini.py",
        "shared/outside/bounded_answer.py",
        "shared/outside/bounded_http.py",
    ),
    "fpdf": ("api/export/", "api/typesetting/drawing/pdf.py", "api/typesetting/fonts/bidi.py"),
    "fontTools": ("api/export/",),
    "uharfbuzz": ("api/typesetting/fonts/harfbuzz.py",),
}


def files(package: str) -> Iterator[Path]:
    return (ROOT / package.replace(".", "/")).rglob("*.py")


@cache
def imports(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def is_within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_package_imports_only_what_it_may(package: str) -> None:
    allowed = (package, *MAY_IMPORT[package])
    ours = ("function_app", "client", "tools", "tests", *APP)
    for path in files(package):
        assert {name for name in imports(path) if is_within(name, ours) and not is_within(name, allowed)} == set(), path


def test_every_tool_has_a_rule() -> None:
    assert {f"tools.{path.parent.name}" for path in (ROOT / "tools").glob("*/__init__.py")} == {
        package for package in MAY_IMPORT if package.startswith("tools.")
    }


def folder_of(name: str) -> str | None:
    """Return the folder of an imported module, or the module if it lies directly in a package of the app."""
    parts = name.split(".")
    for depth in range(len(parts), 1, -1):
        path = ROOT.joinpath(*parts[:depth])
        if path.with_suffix(".py").is_file():
            return ".".join(parts[: depth - 1] if depth > 2 else parts[:depth])
        if path.is_dir():
            return ".".join(parts[:depth])
    return None


def folder_imports() -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for package in APP:
        for path in files(package):
            folder = folder_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
            assert folder is not None
            found = {folder_of(name) for name in imports(path) if is_within(name, APP)} - {None, folder}
            graph.setdefault(folder, set()).update(name for name in found if name is not None)
    return graph


def test_folders_import_each_other_in_one_direction_only() -> None:
    try:
        TopologicalSorter(folder_imports()).prepare()
    except CycleError as exc:
        pytest.fail(f"circle of imports between folders: {' → '.join(exc.args[1])}")


@pytest.mark.parametrize("package", APP)
def test_folder_of_the_app_has_few_files(package: str) -> None:
    for folder in {path.parent for path in files(package)}:
        assert len(list(folder.glob("*.py"))) <= MAX_FILES, folder


@pytest.mark.parametrize("sdk", SDKS)
def test_sdk_is_imported_by_its_adapter_only(sdk: str) -> None:
    for package in (*APP, "client"):
        for path in files(package):
            if not path.relative_to(ROOT).as_posix().startswith(SDKS[sdk]):
                assert not [name for name in imports(path) if is_within(name, (sdk,))], path


def test_orchestrators_are_pure() -> None:
    forbidden = ("time", "random", "secrets", "uuid", "os", "logging", "asyncio", "threading", "socket", "pathlib")
    for path in files("orchestrators"):
        assert not {name for name in imports(path) if is_within(name, forbidden)}, path


def test_emulator_shares_no_code_with_the_client_it_answers() -> None:
    for path in files("tools.gemini_emulator"):
        assert not [name for name in imports(path) if is_within(name, ("google",))], path


def test_importing_the_app_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AzureWebJobsStorage", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    from tests.unit.indexed_functions import indexed_functions  # noqa: PLC0415 - the import is what is tested

    names = {function.get_function_name() for function in indexed_functions()}
    assert {"manga", "step", "analyze_story", "generate_manga_stream"} <= names


def test_slow_modules_are_not_imported_with_the_app() -> None:
    slow = (
        "fontTools",
        "fpdf",
        "google.genai",
        "opentelemetry.sdk.trace",
        "api.export.formats",
        "api.openapi.document",
    )
    program = f"import function_app, sys; print(*sys.modules.keys() & set({slow!r}))"

    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []


def test_every_imported_library_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {_normalized(re.split(r"[^\w-]", line)[0]) for line in project["dependencies"]}
    libraries: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        library, record = _normalized(distribution.name), distribution.read_text("RECORD") or ""
        libraries |= dict.fromkeys((line.partition(",")[0] for line in record.splitlines()), library)

    def library_of(name: str) -> str | None:
        """Return the library that has the imported module, or the module of an imported name."""
        path = name.replace(".", "/")
        found = libraries.get(f"{path}.py") or libraries.get(f"{path}/__init__.py") or libraries.get(f"{path}.pyi")
        return found if found or "." not in name else library_of(name.rpartition(".")[0])

    paths = [ROOT / "function_app.py", *(path for package in APP for path in files(package))]
    imported = {library_of(name) for path in paths for name in imports(path)} - {None}
    assert imported <= declared, f"not in pyproject.toml: {sorted(str(name) for name in imported - declared)}"


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-")
