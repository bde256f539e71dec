"""What a table of an import sheet is made of: columns, their kinds, and the names people give them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.values import narrow

if TYPE_CHECKING:
    from datetime import date

    from inventory.model.batch import RecordKind
    from inventory.model.text import Text
    from inventory.model.values import IPAddress, IPNetwork, Mac

Value: TypeAlias = "str | int | bool | date | Mac | IPAddress | IPNetwork | StrEnum | None"
"""What one cell means; None is an empty cell."""


class Kind(StrEnum):
    """How a cell is read."""

    CODE = "code"
    """A short name people refer to."""
    TEXT = "text"
    CIDR = "cidr"
    NETWORK = "network"
    """A network, or one address."""
    IP = "ip"
    MAC = "mac"
    INTEGER = "integer"
    DATE = "date"
    PHONE = "phone"
    CHOICE = "choice"
    HOURS = "hours"
    """Times of day: ``08:30-09:30,14:00-15:00``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One permitted value of a column, and the other words that mean it."""

    value: StrEnum | bool
    title: Text
    synonyms: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The stable word a sheet holds: ``school``, ``yes``."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return self.value.value


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    """The stable name: in scripts, csv headers, the hidden row of a workbook and as an option of the command line."""
    title: Text
    kind: Kind
    explanation: Text
    example: str
    synonyms: tuple[str, ...] = ()
    """Headers seen in practice, Chinese titles among them."""
    required: bool = False
    default: str | None = None
    choices: tuple[Choice, ...] = ()
    refers: RecordKind | None = None
    """The table whose first key this column names."""
    between: tuple[int, int] = (0, 2**31 - 1)
    """Limits of an integer, both included."""
    longest: int = 200
    """Characters a text may have."""


@dataclass(frozen=True)
class Table:
    """One import table."""

    kind: RecordKind
    title: Text
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    """The columns that together name a record."""
    synonyms: tuple[str, ...]
    """Sheet and file names in use besides the stable one."""

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Columns by stable key, in order."""
        return {column.key: column for column in self.columns}

    @cached_property
    def by_header(self) -> dict[str, Column]:
        """Columns by every normalised header that means them; a stable key always wins."""
        found: dict[str, Column] = {}
        for names in (
            lambda column: (column.key,),
            lambda column: (column.title.message,),
            lambda column: column.synonyms,
        ):
            for column in self.columns:
                for name in names(column):
                    found.setdefault(normalised(name), column)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Every normalised sheet or file name that means this table."""
        return frozenset(normalised(name) for name in (self.kind.value, self.title.message, *self.synonyms))

    def column(self, header: str) -> Column | None:
        """Return the column a header means, if any."""
        return self.by_header.get(normalised(header))


_IGNORED_IN_HEADERS = str.maketrans("", "", " \t\r\n_-*＊()（）[]【】:：/、,,.。")


def normalised(name: str) -> str:
    """Return a header or sheet name without case, width, spaces, punctuation and the mark of required columns."""
    return narrow(name).translate(_IGNORED_IN_HEADERS).casefold()
