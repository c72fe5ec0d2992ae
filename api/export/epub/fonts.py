"""The fonts of an EPUB: of those that texts are set in, what their letters need."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.typesetting.drawing.letters import is_bold
from api.typesetting.fonts.harfbuzz import subset
from api.typesetting.fonts.typefaces import Typeface, balloon_typefaces, runs_of
from shared.models.lettering import PanelLettering

_REGULAR, _BOLD = 400, 700
_MEDIA_TYPES = {".ttf": "font/ttf", ".otf": "font/otf"}


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file of the book: its path, the name of the typeface and the weight."""

    path: str
    media_type: str
    family: str
    weight: int
    content: bytes

    @property
    def rule(self) -> str:
        """The rule by which style sheets beside the folder of the fonts know it."""
        source = f"src: url({self.path})"
        return f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; {source}; }}\n'


def font_files(letterings: Iterable[PanelLettering]) -> Iterator[FontFile]:
    """Yield the fonts that the texts are set in, with no other letters than theirs."""
    letters: defaultdict[tuple[Typeface, bool], set[int]] = defaultdict(set)
    for lettering in letterings:
        available = balloon_typefaces(lettering.language)
        for text in lettering.texts:
            for line in text.lines:
                for run in runs_of(line.text, available):
                    bold = is_bold(text) and _has_bold(run.typeface)
                    letters[run.typeface, bold] |= {ord(letter) for letter in run.text}
    for (typeface, bold), used in sorted(letters.items(), key=lambda each: (each[0][0].name, each[0][1])):
        source, weight = _source(typeface, bold=bold)
        name = f"{typeface.name}-{_BOLD if bold else _REGULAR}{source.suffix}"
        yield FontFile(
            f"fonts/{name}",
            _MEDIA_TYPES[source.suffix],
            typeface.name,
            _BOLD if bold else _REGULAR,
            subset(source, used, weight),
        )


def families_of(language: str) -> str:
    """Return the typefaces for a language as the value of `font-family`."""
    names = (f'"{typeface.name}"' for typeface in balloon_typefaces(language))
    return ", ".join((*names, "sans-serif"))


def _has_bold(typeface: Typeface) -> bool:
    """Tell whether there are bold letters; reading systems make others thicker themselves."""
    return typeface.bold_path is not None or typeface.bold is not None


def _source(typeface: Typeface, *, bold: bool) -> tuple[Path, int | None]:
    """Return a font's file, and the weight to take of it if it has several."""
    if bold and typeface.bold_path is not None:
        return typeface.bold_path, None
    if typeface.bold is None:
        return typeface.path, None
    return typeface.path, typeface.bold if bold else _REGULAR
