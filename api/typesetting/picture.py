"""What is known of a picture without its pixels: its shape, where faces are, and how calm its parts are. Pure."""

from dataclasses import dataclass

from shared.models.lettering import PicturePart, Place, PlannedFace

CALM_CELLS = 24
"""The columns and rows of a calm map."""
_MOST_BUSY = 15
_COLUMNS = {"left": 0, "right": 2}
_ROWS = {"top": 0, "bottom": 2}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its width divided by its height, its calm map, and its faces.

    The calm map has a hexadecimal digit for each of 24 x 24 cells, row by row: 0 is calm, f is busy.
    Without one all cells count as calm.
    """

    aspect: float
    calm: str | None = None
    faces: tuple[PlannedFace, ...] = ()

    @property
    def busyness(self) -> tuple[tuple[float, ...], ...] | None:
        """The rows of the calm map, from 0 (calm) to 1; None without a valid map."""
        if self.calm is None or len(self.calm) != CALM_CELLS**2:
            return None
        try:
            cells = [int(digit, 16) / _MOST_BUSY for digit in self.calm]
        except ValueError:
            return None
        return tuple(tuple(cells[at : at + CALM_CELLS]) for at in range(0, CALM_CELLS**2, CALM_CELLS))


def place_of(part: PicturePart) -> Place:
    """Return a part's third of the columns and third of the rows."""
    column = next((number for word, number in _COLUMNS.items() if word in part.split("-")), 1)
    row = next((number for word, number in _ROWS.items() if word in part.split("-")), 1)
    return Place(x=column / 3, y=row / 3, width=1 / 3, height=1 / 3)
