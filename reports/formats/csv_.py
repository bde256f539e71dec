"""Comma-separated values: a document's first sheet, for programs and for Excel.

UTF-8 with byte-order mark (Excel and WPS take a file without one for GBK), lines end with CRLF (RFC 4180), the header
holds the columns' stable keys, values are those of JSON. Text that would start a formula gets a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.model.text import Text
from inventory.model.values import rfc3339
from reports.cells import RATE_DIGITS, Ratio, Withheld
from reports.formats.defuse import quoted
from reports.wording import Wording

if TYPE_CHECKING:
    from datetime import tzinfo

    from inventory.model.text import Gettext
    from reports.cells import Cell
    from reports.document import Document

BOM: Final = "\ufeff"
_JOINT: Final = "; "


def render(document: Document, gettext: Gettext, *, language: str = "en", zone: tzinfo | None = None) -> str:
    """Return the document's first sheet, byte-order mark included; encode it as UTF-8."""
    del language  # keys and values are the same in every language
    wording = Wording(gettext, zone)
    table = document.sheets[0].table
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows([_value(cell, wording) for cell in row.cells] for row in table.rows)
    return out.getvalue()


def _value(cell: Cell, wording: Wording) -> str:
    if cell is None or isinstance(cell, Withheld):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return str(cell)
    if isinstance(cell, Ratio):
        return "" if cell.value is None else f"{cell.value:.{RATE_DIGITS}f}"
    return quoted(_text(cell, wording))


def _text(cell: Cell, wording: Wording) -> str:
    if isinstance(cell, tuple):
        return _JOINT.join(_value(member, wording) for member in cell)
    if isinstance(cell, datetime):
        return rfc3339(cell)
    if isinstance(cell, StrEnum):
        return cell.value
    if isinstance(cell, date):
        return cell.isoformat()
    return wording.say(cell if isinstance(cell, Text) else str(cell))
