"""The sheet a unit fills in: its columns, and how a stored registration stands in it.

A row that was exported carries the registration's number and version, so that what was changed in the registry
meanwhile is told as a conflict instead of being overwritten.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.filing.cells import write
from inventory.filing.layout import Choice, Column, Kind, Table
from inventory.filing.rows import values_of
from inventory.filing.schema import REGISTRATIONS
from inventory.model.batch import RecordKind
from inventory.model.text import text

if TYPE_CHECKING:
    from inventory.model.records import RegistrationView


class Answer(StrEnum):
    """What a unit says about a row."""

    FILE = "file"
    CANCEL = "cancel"
    REMOVED = "removed"
    NOT_OURS = "not_ours"
    MISTAKEN = "mistaken"


ANSWERS: Final = (
    Choice(Answer.FILE, text("file it"), ("备案", "补备案", "登记", "是")),
    Choice(Answer.CANCEL, text("cancel the filing"), ("注销", "停用", "报废")),
    Choice(Answer.REMOVED, text("unplugged"), ("已拔除", "拔除", "已下线", "已拆除")),
    Choice(Answer.NOT_OURS, text("not ours"), ("不属本单位", "不是本单位", "非本单位")),
    Choice(Answer.MISTAKEN, text("no such endpoint"), ("误报", "无此终端")),
)

_OURS: Final = text("Filled in by netaudit.")

# fmt: off
ANSWER: Final = Column("answer", text("Handling"), Kind.CHOICE, text("What to do with this row; empty means file it."),
                       "file", ("处理", "处理意见", "办理"), choices=ANSWERS)
SEEN: Final = (
    Column("seen_vendor", text("Maker of the card"), Kind.TEXT, _OURS, "Lenovo", ("网卡厂商",)),
    Column("seen_place", text("Seen at"), Kind.TEXT, _OURS, "sw-edu-03 GE0/0/7", ("发现位置",)),
    Column("seen_last", text("Last seen"), Kind.TEXT, _OURS, "2026-11-23 09:00", ("最后发现",)),
)
"""What the network showed: for people to recognise the endpoint by; not read back."""
HIDDEN: Final = (
    Column("id", text("No."), Kind.CODE, _OURS, "12"),
    Column("version", text("Version"), Kind.CODE, _OURS, "3"),
)
RESULT: Final = Column("result", text("Result"), Kind.TEXT, _OURS, "", ("结果", "回执"), longest=5000)
"""Only in a receipt: what became of the row."""
# fmt: on
_FIRST: Final = ("ip", "mac")
_LAST: Final = ("point", "plane")
_FILLED: Final = tuple(column for column in REGISTRATIONS.columns if column.key not in {"unit", *_FIRST, *_LAST})
EDITABLE: Final = frozenset({"answer", *_FIRST, *_LAST, *(column.key for column in _FILLED)})

UNIT_SHEET: Final = Table(
    RecordKind.REGISTRATION,
    REGISTRATIONS.title,
    (
        ANSWER,
        *(REGISTRATIONS.by_key[key] for key in _FIRST),
        *SEEN,
        *_FILLED,
        *(REGISTRATIONS.by_key[key] for key in _LAST),
        replace(REGISTRATIONS.by_key["unit"], required=False),
        *HIDDEN,
        RESULT,
    ),
    REGISTRATIONS.keys,
    REGISTRATIONS.synonyms,
)


def prefilled(registration: RegistrationView, version: int) -> dict[str, str]:
    """Return the cells of a stored registration, by column key."""
    cells = {key: write(value) for key, value in values_of(RecordKind.REGISTRATION, registration).items()}
    return {**cells, "id": str(registration.id), "version": str(version)}
