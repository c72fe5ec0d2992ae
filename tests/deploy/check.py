"""`python -m tests.deploy.check`: the Bicep files, as far as they can be checked without a compiler.

Syntax, names, modules' parameters and outputs are checked here. Where the Bicep CLI is installed, it builds the
template too, and then the types of all resources are checked as well.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.deploy.bicep import BicepFile, bicep_files

INFRA = Path(__file__).resolve().parents[2] / "infra"


def faults(files: Iterable[BicepFile]) -> Iterator[str]:
    """Yield what is wrong with the files, each with its file and line."""
    by_path = {file.path.resolve(): file for file in files}
    for file in by_path.values():
        for line in file.broken_lines:
            yield f"{file.path}:{line}: this is not Bicep"
        yield from _faults_of_names(file)
        yield from _faults_of_modules(file, by_path)
    called = {module.path.resolve() for file in by_path.values() for module in file.modules.values()}
    for path, file in by_path.items():
        if path not in called and path.name != "main.bicep":
            yield f"{file.path}:1: no module calls this file"


def _faults_of_names(file: BicepFile) -> Iterator[str]:
    for reference in file.references:
        if reference.name not in file.declared:
            yield f"{file.path}:{reference.line}: nothing is called {reference.name!r}"
    used = {reference.name for reference in file.references}
    for name, node in file.declared.items():
        if node.type in {"parameter_declaration", "variable_declaration"} and name not in used:
            yield f"{file.path}:{node.start_point.row + 1}: {name!r} is not used"


def _faults_of_modules(file: BicepFile, by_path: dict[Path, BicepFile]) -> Iterator[str]:
    for name, module in file.modules.items():
        callee = by_path.get(module.path.resolve())
        line = file.declared[name].start_point.row + 1
        if callee is None:
            yield f"{file.path}:{line}: there is no {module.path}"
            continue
        needed = {key for key, parameter in callee.parameters.items() if parameter.default is None}
        for key in sorted(needed - module.params.keys()):
            yield f"{file.path}:{line}: {name!r} is not given {key!r}"
        for key in sorted(module.params.keys() - callee.parameters.keys()):
            yield f"{file.path}:{line}: {name!r} has no parameter {key!r}"
    for name, output, line in file.module_outputs_used:
        callee = by_path.get(file.modules[name].path.resolve()) if name in file.modules else None
        if callee is not None and output not in callee.outputs:
            yield f"{file.path}:{line}: {name!r} has no output {output!r}"


def main() -> int:
    """Print every fault; return 1 if there is one, else what the Bicep CLI says, if it is there."""
    found = list(faults(bicep_files(INFRA)))
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        return 1
    compiler = shutil.which("bicep")
    if compiler is None:
        print("infra: syntax, names and modules are right; types were not checked (the Bicep CLI is not installed).")
        return 0
    built = subprocess.run(
        [compiler, "build", INFRA / "main.bicep", "--stdout"], stdout=subprocess.DEVNULL, check=False
    )
    return built.returncode


if __name__ == "__main__":
    sys.exit(main())
