"""Which columns fit into a width, and how wide each becomes. Pure arithmetic in half-width characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from reports.columns import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

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
    """Comfortable: more only when every column has this."""
    all: int
    """Nothing breaks."""


def fit(
    columns: Sequence[Column],
    texts: Sequence[Sequence[str]],
    width: int,
    gap: int = 2,
    *,
    empty: Collection[int] = (),
    titles: Sequence[str] = (),
) -> Fit:
    """Choose columns and widths so that a row takes at most ``width``.

    Empty columns leave first, then the one with the highest priority number, and of two the one further right. Columns
    that must stay share what there is, at least :data:`_NARROWEST` each.

    Args:
        columns: the table's columns.
        texts: the cells of every row as shown; their lines are separated by a line feed.
        width: room for a row.
        gap: room between two columns.
        empty: places of the columns without a single value.
        titles: headings, which break into lines unless there is room to spare.
    """
    beneath = tuple(i for i, column in enumerate(columns) if column.beneath)
    texts = [[title.replace(" ", "\n") for title in titles], *texts] if titles else texts
    wants = {i: _want(column, texts, i) for i, column in enumerate(columns) if not column.beneath}
    # A column without values leaves before a value of another breaks.
    unbroken = {i: want.all for i, want in wants.items()}
    hidden = [i for i in leaving(columns, unbroken, width, gap, first=empty) if i in empty]
    hidden += leaving(columns, {i: want.least for i, want in wants.items() if i not in hidden}, width, gap)
    staying = {i: want for i, want in wants.items() if i not in hidden}
    room = width - gap * (len(staying) - 1)
    widths = _share(staying, room)
    _widen(widths, {i: max(widths[i], cell_len(titles[i])) if titles else widths[i] for i in widths}, room)
    return Fit(widths, beneath, tuple(sorted(hidden)))


def leaving(
    columns: Sequence[Column],
    least: dict[int, int],
    width: int,
    gap: int = 0,
    *,
    least_priority: int = 1,
    first: Collection[int] = (),
) -> list[int]:
    """Return which columns leave so that the least widths of the others fit, first the one that leaves first.

    Only columns with this priority number or a higher one leave, those in ``first`` before others; 0 always stays.
    """
    staying = dict(least)
    gone: list[int] = []
    while _taken(staying, gap) > width:
        able = [i for i in staying if columns[i].priority >= least_priority]
        if not able:
            break
        last = max(able, key=lambda i: (i in first, columns[i].priority, i))
        del staying[last]
        gone.append(last)
    return gone


def _want(column: Column, texts: Sequence[Sequence[str]], i: int) -> _Want:
    longest = max((cell_len(line) for row in texts for line in row[i].split("\n")), default=1)
    if not column.breaks and column.kind is not Kind.RATE:
        return _Want(longest, longest, longest)
    word = max((cell_len(word) for row in texts for word in _WORD.findall(row[i])), default=1)
    if column.kind is Kind.WORD:
        whole = max(min(longest, column.width), word, 1)
        return _Want(whole, whole, longest)
    most = max(min(longest, column.width), min(word, column.width), 1)
    return _Want(min(most, max(word, int(column.width * _COMFORTABLE))), most, longest)


def _taken(widths: dict[int, int], gap: int) -> int:
    return sum(widths.values()) + gap * max(len(widths) - 1, 0)


def _share(wants: dict[int, _Want], room: int) -> dict[int, int]:
    widths = {i: want.least for i, want in wants.items()}
    while sum(widths.values()) > room and max(widths.values()) > _NARROWEST:
        widths[max(widths, key=lambda i: (widths[i], i))] -= 1
    for wish in ({i: want.most for i, want in wants.items()}, {i: want.all for i, want in wants.items()}):
        _widen(widths, wish, room)
    return widths


def _widen(widths: dict[int, int], wish: dict[int, int], room: int) -> None:
    while sum(widths.values()) < room:
        short = [i for i in widths if widths[i] < wish[i]]
        if not short:
            break
        widths[min(short, key=lambda i: (widths[i] / wish[i], i))] += 1
