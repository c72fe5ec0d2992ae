"""Checks an EPUB by all rules."""

from itertools import chain

from tests.support.epub.archive import Epub, container_problems
from tests.support.epub.documents import document_problems
from tests.support.epub.navigation import navigation_problems
from tests.support.epub.package import Package, package_problems


def problems_of(content: bytes) -> list[str]:
    """Return what is wrong with an EPUB; each begins with the code that EPUBCheck has for it."""
    epub = Epub(content)
    problems = list(container_problems(epub))
    if problems:
        return problems
    package = Package(epub)
    problems = list(package_problems(package))
    return problems or list(chain(document_problems(package), navigation_problems(package)))
