"""What a deployment sends: every file of the project that `.funcignore` does not leave out."""

import shutil
import subprocess
from pathlib import Path

from tools.devstack.stack import REPOSITORY

RULES = REPOSITORY / ".funcignore"


def packed_files(project: Path, scratch: Path) -> list[Path]:
    """Return them, relative to `project`.

    The rules are those of .gitignore (https://learn.microsoft.com/azure/azure-functions/functions-core-tools-reference),
    so git itself applies them: in an empty repository in `scratch`, to which every file of the project is new.
    """
    git = shutil.which("git")
    assert git is not None, "Git applies the rules of .funcignore here: install it."
    empty = scratch / "empty.git"
    subprocess.run([git, "init", "--quiet", "--bare", empty], check=True)
    command = [git, f"--git-dir={empty}", f"--work-tree={project}", "ls-files", "--others", "-z"]
    listed = subprocess.run(
        [*command, f"--exclude-from={RULES}"], cwd=project, capture_output=True, text=True, check=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name]


def make_pack(project: Path, pack: Path) -> None:
    """Copy the deployed files into the folder `pack`."""
    for name in packed_files(project, pack.parent):
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project / name, pack / name)
