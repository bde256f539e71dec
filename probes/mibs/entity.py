"""What a device is made of: model, serial number and software of its chassis (ENTITY-MIB, RFC 6933)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.mibs.cells import Rows, integer, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.mibs.cells import Oid

TABLE = "entPhysicalTable"
_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
COLUMNS: tuple[Oid, ...] = (
    (*_ENTRY, 5),  # entPhysicalClass
    (*_ENTRY, 10),  # entPhysicalSoftwareRev
    (*_ENTRY, 11),  # entPhysicalSerialNum
    (*_ENTRY, 13),  # entPhysicalModelName
)

_CHASSIS = 3
_MODULE = 9
_JOINT = ", "


@dataclass(frozen=True, slots=True)
class Chassis:
    """What is printed on the box; of a stack, the members' values in the order of their indexes."""

    model: str | None = None
    serial: str | None = None
    software: str | None = None


def chassis(rows: Rows) -> Chassis:
    """Read entPhysicalTable. A box without a chassis row is told by its modules; fans and transceivers never are."""
    parts = [
        (index, integer(cells[0]), words(cells[1]), words(cells[2]), words(cells[3]))
        for index, cells in sorted(rows.items())
    ]
    boxes = [part for part in parts if part[1] == _CHASSIS]
    modules = [part for part in parts if part[1] == _MODULE]
    told = boxes or modules[:1]
    return Chassis(
        model=_joined(part[4] for part in told),
        serial=_joined(part[3] for part in told),
        software=_joined(part[2] for part in told) or _joined(part[2] for part in modules[:1]),
    )


def _joined(values: Iterable[str | None]) -> str | None:
    """Join what differs: two members of one model are one model, but never one serial number."""
    return _JOINT.join(dict.fromkeys(value for value in values if value)) or None
