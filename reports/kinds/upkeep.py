"""What was computed again, and what is deleted by policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import Text, text
from inventory.model.values import rfc3339
from reports import columns as c
from reports.document import Document, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_ITEMS: Final[Mapping[str, Text]] = {
    "sweeps": text("Sweeps"),
    "observations": text("Observations"),
    "observations_changed": text("of which different"),
    "intervals": text("Intervals of the history"),
    "intervals_changed": text("of which different"),
    "rows": text("Facts"),
}


def recomputed(numbers: Mapping[str, int], *, dry_run: bool) -> Document:
    """Build the answer of recomputing."""
    title = text("What recomputing would change") if dry_run else text("Recomputed")
    return _document("recompute", title, numbers, ())


def pruned(numbers: Mapping[str, int], before: Mapping[str, datetime | None], *, deleted: bool) -> Document:
    """Build the answer of deleting by policy."""
    title = text("Deleted by policy") if deleted else text("What would be deleted")
    said = {"facts": text("facts of sweeps before {at}"), "history": text("history that ended before {at}")}
    notes = [Text(said[what].message, {"at": at}) for what, at in before.items() if at is not None]
    if not deleted:
        notes.append(text("Nothing was deleted. To delete it: netaudit prune --yes"))
    return _document("prune", title, numbers, tuple(notes))


def at(moment: datetime | None) -> str | None:
    """Return a time as RFC 3339 UTC."""
    return None if moment is None else rfc3339(moment)


def _document(key: str, title: Text, numbers: Mapping[str, int], notes: tuple[Text, ...]) -> Document:
    changed = {name for name in numbers if name.endswith("_changed") and numbers[name]}
    rows = tuple(Row((_ITEMS[name], count), Tone.WARN if name in changed else None) for name, count in numbers.items())
    table = Table((c.ITEM, c.COUNT), rows)
    return Document(
        key=key,
        title=title,
        as_of=None,
        sections=(Section(None, blocks=(table,), notes=notes),),
        sheets=(Sheet(key, title, table),),
    )
