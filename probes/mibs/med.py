"""LLDP-EXT-MED-MIB (ANSI/TIA-1057-2006, clause 13): the class of a neighbour, who made it and its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from probes.mibs.cells import integer, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from probes.mibs.cells import Oid, Rows

    _Key = tuple[int, int]

TABLE: Final = "lldpXMedRemInventoryTable"
_REMOTE: Oid = (1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3)
COLUMNS: tuple[Oid, ...] = (
    (*_REMOTE, 1, 1, 3),  # lldpXMedRemDeviceClass
    (*_REMOTE, 3, 1, 5),  # lldpXMedRemMfgName
    (*_REMOTE, 3, 1, 6),  # lldpXMedRemModelName
)
"""Of two tables with the index of lldpRemTable."""
_COMMUNICATES: Final = 3
"""Endpoint class III: whoever sits before it talks by it (TIA-1057, clause 9.1: telephones)."""


class Made(NamedTuple):
    """What LLDP-MED says of a neighbour."""

    what: str | None = None
    """Maker and model."""
    able: tuple[str, ...] = ()
    """What it does, in the words of LLDP's capabilities."""


NOTHING: Final = Made()


def told(rows: Rows, key_of: Callable[[Oid], _Key | None]) -> dict[_Key, Made]:
    """Read rows of :data:`COLUMNS`, by the key of lldpRemTable."""
    found = {}
    for index, (kind, maker, model) in rows.items():
        key = key_of(index)
        if key is not None:
            what = " ".join(word for cell in (maker, model) if (word := words(cell)) is not None)
            found[key] = Made(what or None, ("telephone",) if integer(kind) == _COMMUNICATES else ())
    return found
