"""A sheet as a grid of texts, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inventory.model.text import Text

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 256


class Unreadable(Exception):  # noqa: N818 -- it names a state, not an error of ours; it never leaves this folder
    """A file that cannot be read as sheets; ``reason`` is for its owner."""

    def __init__(self, reason: Text, row: int | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.row = row


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells; row 0 is the first row of the sheet, empty rows included."""

    rows: tuple[tuple[str, ...], ...]
    name: str | None = None
    """The worksheet's name; None in a csv file."""

    @property
    def lettered(self) -> bool:
        """Whether its columns have letters people see."""
        return self.name is not None

    @property
    def strict(self) -> bool:
        """Whether a cell without header means a mistake: in csv it does, in a workbook people jot notes beside."""
        return self.name is None


def letter_of(position: int) -> str:
    """Return a spreadsheet's name of the column at a position: 0 is A, 26 is AA."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, len(ascii_uppercase))
        letters = ascii_uppercase[rest] + letters
    return letters
