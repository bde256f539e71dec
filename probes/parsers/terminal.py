"""What a person would have seen: octets of a terminal session become lines of text.

Pagers erase themselves with backspaces, carriage returns and cursor movements (ECMA-48). Each line is drawn with a
cursor, which undoes any such erasing alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from probes.platforms.cli import Pager

_SEQUENCE: Final = re.compile(r"\x1b(?:\[([0-9;?]*)([ -/]*[@-~])|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_DRAWN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_WIDEST: Final = 1024
"""Columns a line is drawn in; a cursor sent further stays at the edge."""
_LAST_LINE: Final = 2048
_LINE_ENDS: Final = (b"\n", b"\x1bE")
"""Line feed, and NEL of ECMA-48, which ProCurve prints behind what was typed."""
_LONGEST_MOVE: Final = 6
"""Digits of a cursor movement that are believed."""


def decoded(raw: bytes) -> str:
    """Return text of UTF-8 or GB18030 (Chinese firmware); whatever is neither keeps its octets visible."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def last_line(raw: bytes | bytearray, start: int = 0) -> str:
    """Return the unfinished line at the end of ``raw``, nothing before ``start`` looked at."""
    ends = (found + len(mark) for mark in _LINE_ENDS if (found := raw.rfind(mark, start)) >= 0)
    start = max(start, len(raw) - _LAST_LINE, *ends)
    return drawn(raw[start:].decode("utf-8", "replace")).rstrip()


def first_line(raw: bytes | bytearray) -> str | None:
    """Return the first line; None while it may still go on."""
    ends = [end for mark in _LINE_ENDS if (end := raw.find(mark)) >= 0]
    return drawn(raw[: min(ends)].decode("utf-8", "replace")).strip() if ends else None


def echoes(line: str, prompt: str, typed: str) -> bool:
    """Whether a line is the echo of what was typed, with the prompt before it or without.

    Blanks do not count: where the cursor is placed anew behind each character, the first stands apart.
    """
    return "".join(line.strip().removeprefix(prompt).split()) == "".join(typed.split())


def rendered(raw: bytes, pagers: tuple[Pager, ...] = ()) -> list[str]:
    """Return the lines of a session's output, pagers that did not erase themselves taken away."""
    lines = [drawn(line).rstrip() for line in decoded(raw).replace("\x1bE", "\n").split("\n")]
    for pager in pagers:
        lines = [_without(line, pager) for line in lines]
    return lines


def _without(line: str, pager: Pager) -> str:
    """Take a pager's prompt from the beginning of a line: the page after it follows on the same line."""
    found = pager.prompt.match(line)
    return line[found.end() :] if found else line


def drawn(line: str) -> str:
    """Return what one line looks like after every movement of the cursor in it."""
    line = line.rstrip("\r")
    if not _DRAWN.search(line):
        return line
    cells: list[str] = []
    column = position = 0
    while position < len(line):
        if line[position] == "\x1b" and (sequence := _SEQUENCE.match(line, position)):
            column = _moved(cells, column, sequence)
            position = sequence.end()
            continue
        column = _typed(cells, column, line[position])
        position += 1
    return "".join(cells)


def _typed(cells: list[str], column: int, character: str) -> int:
    if character == "\r":
        return 0
    if character == "\b":
        return max(0, column - 1)
    if character == "\t":
        character = " "
    if character < " " or character == "\x7f":
        return column
    if column < len(cells):
        cells[column] = character
    else:
        cells.extend(" " * (column - len(cells)))
        cells.append(character)
    return column + 1


def _moved(cells: list[str], column: int, sequence: re.Match[str]) -> int:
    """Obey CUB, CUF, CHA, CUP, EL and ED of ECMA-48; every other control sequence draws nothing.

    The row of a CUP is not looked at: a command line that places its cursor so stays on one.
    """
    parameter, action = sequence[1] or "", sequence[2]
    if action in {"H", "f"}:
        parameter, action = parameter.partition(";")[2], "G"
    count = int(parameter) if parameter.isdecimal() and len(parameter) < _LONGEST_MOVE else 0
    if action == "D":
        return max(0, column - max(1, count))
    if action == "C":
        return min(_WIDEST, column + max(1, count))
    if action == "G":
        return min(_WIDEST, max(1, count) - 1)
    if action in {"K", "J"}:
        _erase(cells, column, count)
    return column


def _erase(cells: list[str], column: int, how: int) -> None:
    if how == 0:
        del cells[column:]
    else:
        end = len(cells) if how > 1 else min(column + 1, len(cells))
        cells[:end] = " " * end
