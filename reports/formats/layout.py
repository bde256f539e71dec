"""Which columns fit into a width, and how wide each becomes. Pure arithmetic in half-width characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from reports.columns import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.columns import Column

_NARROWEST: Final = 4
_COMFORTABLE: Final = 0.6
"""A breaking column gives way down to this part of its width, or its longest word, before another is left out."""
_WORD: Final = re.compile(r"[\u1100-\uffef]{1,2}|[^\s\u1100-\uffef]+")
"""What is not broken without need: a word of letters and digits, or two Chinese characters."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The outcome for one table; numbers are places in its ``columns``."""

    widths: dict[int, int]
    """Columns side by side, in order, with their widths."""
    beneath: tuple[int, ...]
    """Columns shown under their row."""
    hidden: tuple[int, ...]
    """Columns there is no room for."""


@dataclass(slots=True)
class _Want:
    least: int
    most: int


def fit(columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int, gap: int = 2) -> Fit:
    """Choose columns and widths so that a row takes at most ``width``.

    The column with the highest priority number leaves first, and of two the one further right. Columns that must stay
    share what there is, at least :data:`_NARROWEST` each.

    Args:
        columns: the table's columns.
        texts: the cells of every row as shown; their lines are separated by a line feed.
        width: room for a row.
        gap: room between two columns.
    """
    beneath = tuple(i for i, column in enumerate(columns) if column.beneath)
    wants = {i: _want(column, texts, i) for i, column in enumerate(columns) if not column.beneath}
    hidden = leaving(columns, {i: want.least for i, want in wants.items()}, width, gap)
    staying = {i: want for i, want in wants.items() if i not in hidden}
    widths = _share(staying, width - gap * (len(staying) - 1))
    return Fit(widths, beneath, tuple(sorted(hidden)))


def leaving(
    columns: Sequence[Column], least: dict[int, int], width: int, gap: int = 0, *, least_priority: int = 1
) -> list[int]:
    """Return which columns leave so that the least widths of the others fit, first the one that leaves first.

    Only columns with this priority number or a higher one leave; 0 always stays.
    """
    staying = dict(least)
    gone: list[int] = []
    while _taken(staying, gap) > width:
        last = max(staying, key=lambda i: (columns[i].priority, i))
        if columns[last].priority < least_priority:
            break
        del staying[last]
        gone.append(last)
    return gone


def _want(column: Column, texts: Sequence[Sequence[str]], i: int) -> _Want:
    longest = max((cell_len(line) for row in texts for line in row[i].split("\n")), default=1)
    if not column.breaks and column.kind is not Kind.RATE:
        return _Want(longest, longest)
    word = max((cell_len(word) for row in texts for word in _WORD.findall(row[i])), default=1)
    most = max(min(longest, column.width), min(word, column.width), 1)
    if column.kind is Kind.WORD:
        return _Want(most, most)
    return _Want(min(most, max(word, int(column.width * _COMFORTABLE))), most)


def _taken(widths: dict[int, int], gap: int) -> int:
    return sum(widths.values()) + gap * max(len(widths) - 1, 0)


def _share(wants: dict[int, _Want], room: int) -> dict[int, int]:
    widths = {i: want.least for i, want in wants.items()}
    while sum(widths.values()) > room and max(widths.values()) > _NARROWEST:
        widths[max(widths, key=lambda i: (widths[i], i))] -= 1
    while sum(widths.values()) < room:
        short = [i for i in widths if widths[i] < wants[i].most]
        if not short:
            break
        widths[min(short, key=lambda i: (widths[i] / wants[i].most, i))] += 1
    return widths
