"""Who may import whom: the rules that keep the parts apart."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {
    "activities",
    "api",
    "audit",
    "benchmarks",
    "check_model",
    "client",
    "devhost",
    "devstack",
    "function_app",
    "gemini_emulator",
    "maintenance",
    "orchestrators",
    "shared",
}
SDKS = ("google", "azure.storage", "azure.identity", "azure.durable_functions", "aiohttp")

# What each package may import of the project. Whatever is not here may import nothing of it but itself.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "shared": (),
    "orchestrators": ("shared.errors", "shared.ledger", "shared.models", "shared.names"),
    "activities": ("shared",),
    "api": ("activities", "shared"),
    "maintenance": ("shared",),
    "audit": (),
    "benchmarks": ("activities", "client", "devhost.thread", "devstack", "function_app", "shared"),
    "check_model": ("activities", "shared"),
    "client": ("shared.models", "shared.ndjson", "shared.text"),
    "devstack": (),
    "devhost": (),
    "gemini_emulator": (),
}


def files(package: str) -> Iterator[Path]:
    return (ROOT / package).rglob("*.py")


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def is_within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_no_more_of_the_project_than_it_may(package: str) -> None:
    allowed = (package, *MAY_IMPORT[package])
    parents = {".".join(name.split(".")[:depth]) for name in allowed for depth in range(1, name.count(".") + 1)}
    for path in files(package):
        ours = {name for name in imports(path) if name.split(".")[0] in OURS}
        assert {name for name in ours if not is_within(name, allowed)} <= parents, path


@pytest.mark.parametrize(
    ("sdk", "only_in"),
    [
        ("google", ("shared/adapters/gemini.py",)),
        ("azure.storage", ("shared/adapters/blobs.py",)),
        ("azure.identity", ("shared/adapters/blobs.py",)),
        ("opentelemetry", ("shared/adapters/opentelemetry.py", "shared/adapters/opentelemetry_logs.py")),
        (
            "aiohttp",
            (
                "shared/adapters/attached_images.py",
                "shared/adapters/bounded_answer.py",
                "shared/adapters/bounded_http.py",
                "shared/adapters/durable.py",
                "shared/adapters/gemini.py",
            ),
        ),
    ],
)
def test_an_sdk_is_imported_by_its_adapter_only(sdk: str, only_in: tuple[str, ...]) -> None:
    for package in ("shared", "orchestrators", "activities", "api", "maintenance", "client"):
        for path in files(package):
            if path.relative_to(ROOT).as_posix() not in only_in:
                assert not [name for name in imports(path) if is_within(name, (sdk,))], path


def test_fonts_and_pdf_are_read_and_written_by_the_comic_only() -> None:
    for package in ("shared", "orchestrators", "activities", "api", "maintenance"):
        for path in files(package):
            if path.parent != ROOT / "shared" / "comic":
                assert not [name for name in imports(path) if is_within(name, ("fpdf", "fontTools"))], path


def test_orchestrators_touch_neither_clock_nor_chance_nor_the_outside() -> None:
    forbidden = ("time", "random", "secrets", "uuid", "os", "logging", "asyncio", "threading", "socket", "pathlib")
    for path in files("orchestrators"):
        assert not {name for name in imports(path) if is_within(name, forbidden)}, path


def test_the_emulator_shares_no_code_with_the_client_that_it_answers() -> None:
    for path in files("gemini_emulator"):
        assert not [name for name in imports(path) if is_within(name, ("google",))], path


def test_importing_the_app_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AzureWebJobsStorage", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    from tests.unit.indexed_functions import indexed_functions  # noqa: PLC0415 - the import is what is tested

    names = {function.get_function_name() for function in indexed_functions()}
    assert {"manga", "step", "analyze_story", "generate_manga_stream"} <= names


def test_what_is_slow_to_import_is_not_imported_with_the_app() -> None:
    slow = ("fontTools", "fpdf", "google.genai", "opentelemetry.sdk.trace", "shared.comic.formats")
    program = f"import function_app, sys; print(*sys.modules.keys() & set({slow!r}))"

    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []
