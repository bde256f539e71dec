"""What people leave in sheets besides rows: 同上, several addresses in one cell, signatures beneath the table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from inventory.model.values import narrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inventory.filing.layout import Table
    from inventory.filing.rows import RawRow
    from inventory.model.text import Text

_SAME: Final = frozenset({"同上", "同上行", "上同", "〃", '"', "″", "ditto"})
_SIGNATURE: Final = re.compile(
    r"填[表报]人|填[表报]单位|填[表报]日期|制表|经办人|审核人|负责人(签字|签名|[:：])|联系人[:：]|签[字名章]|[盖公]章"
    r"|^(合计|小计|总计|共计)|^(注|备注|说明|附注)[:：]|^\d{4}年\d{1,2}月\d{1,2}日$"
)
_SEVERAL: Final = re.compile(r"[、,;\n]+|\s/\s")
_ADDRESSES: Final = ("ip", "mac")


def tidied(table: Table, rows: Iterable[RawRow]) -> tuple[tuple[RawRow, ...], tuple[Text, ...]]:
    """Return the rows with 同上 filled in and addresses apart, and what was left out on purpose.

    A row is a signature when it names no record (every key column without default is empty) and reads like one.
    """
    kept: list[RawRow] = []
    remarks: list[Text] = []
    above: Mapping[str, str] = {}
    for raw in rows:
        if _is_signature(table, raw):
            shown = " ".join(cell.strip() for cell in raw.cells.values() if cell.strip())
            remarks.append(text("Row {row} was taken for a remark: {text}", row=raw.number, text=shown[:60]))
            continue
        filled = replace(raw, cells={key: _above(cell, above.get(key)) for key, cell in raw.cells.items()})
        above = filled.cells
        kept += _apart(table, filled)
    return tuple(kept), tuple(remarks)


def _above(cell: str, upper: str | None) -> str:
    return upper if upper is not None and cell.strip().casefold() in _SAME else cell


def _is_signature(table: Table, raw: RawRow) -> bool:
    naming = [key for key in table.keys if table.by_key[key].default is None]
    if "ip" in table.by_key:
        naming.append("ip")
    words = {key: narrow(cell).strip() for key, cell in raw.cells.items() if cell.strip()}
    told = [word for word in words.values() if _SIGNATURE.search(word)]
    # The first key column is often the one the signature stands in.
    return bool(told) and all(not words.get(key) or _SIGNATURE.search(words[key]) for key in naming)


def _apart(table: Table, raw: RawRow) -> Iterator[RawRow]:
    """Give each network card of a cell with several a row of its own, where addresses and cards come in pairs."""
    parts = {key: _parts(raw.cells.get(key, "")) for key in _ADDRESSES if key in table.by_key}
    counts = {len(part) for part in parts.values()}
    if len(parts) < len(_ADDRESSES) or len(counts) != 1 or counts <= {0, 1}:
        yield raw
        return
    for place in range(counts.pop()):
        yield replace(raw, cells={**raw.cells, **{key: part[place] for key, part in parts.items()}})


def _parts(cell: str) -> Sequence[str]:
    return [part.strip() for part in _SEVERAL.split(narrow(cell)) if part.strip()]
