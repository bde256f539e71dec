"""Whether the audit log is whole: its chain, its end, and what was noted of it elsewhere.

The chain tells what was changed or left out in the middle. Its end can be cut off, and whoever can write the database
can reckon the whole chain anew: only what was noted elsewhere tells that. An anchor file is such a note; it belongs
where the one who can write the database cannot: on another computer, or in a file that can only be appended to.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.errors import NetauditError, UsageError
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from inventory.model.values import rfc3339
from netaudit.app.accounts import moment

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.registry.engine import Registry

_LINE: Final = re.compile(r"(\S+) (\d{1,18}) ([0-9a-f]{64})")
_NOTHING: Final = "0" * 64
"""What stands for the hash of a log without entries."""


@dataclass(frozen=True, slots=True)
class LogState:
    """What a check of the log found."""

    count: int
    last: str
    """The hash of the newest entry: to be noted elsewhere."""
    broken: tuple[int, ...]
    """Entries that are not what was written, or before which something is missing."""
    cut_off: int | None
    """Entries at the end that are gone; None: the database does not tell."""
    expected_missing: bool
    """Whether a hash noted earlier is not in the log."""
    contradicted: str | None
    """When the anchor file noted something that the log no longer says."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing speaks against it."""
        return not (self.broken or self.cut_off or self.expected_missing or self.contradicted)


def check(registry: Registry, *, expect: str | None = None, anchor: Path | None = None) -> LogState:
    """Check every link, the end, and what was noted earlier; note the end in the anchor file when all is well.

    Raises:
        UsageError: the anchor file is none.
        NetauditError: it cannot be read or written.
    """
    hashes = [_NOTHING, *(entry.hash for entry in reversed(registry.gate.log()))]
    noted = [] if anchor is None else _noted(anchor)
    contradicted = next((when for when, count, digest in noted if hashes[count : count + 1] != [digest]), None)
    state = LogState(
        len(hashes) - 1,
        hashes[-1],
        registry.gate.broken_log(),
        registry.gate.cut_off_log(),
        expect is not None and expect not in hashes,
        contradicted,
    )
    if anchor is not None and state.is_whole:
        _note(anchor, f"{rfc3339(moment())} {state.count} {state.last}\n")
    return state


def _noted(anchor: Path) -> list[tuple[str, int, str]]:
    try:
        lines = anchor.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        lines = [""]
    except OSError as error:
        raise _unusable(anchor, error) from None
    found = [_LINE.fullmatch(line) for line in lines]
    if None in found:
        raise UsageError(
            text("{file} is no anchor file of the audit log.", file=anchor),
            text("Name a new file, or one that audit-log verify --anchor wrote."),
        )
    return [(each[1], int(each[2]), each[3]) for each in found if each is not None]


def _note(anchor: Path, line: str) -> None:
    """Append a line and see that it is on the disk: the file is never rewritten."""
    try:
        handle = os.open(anchor, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _unusable(anchor, error) from None


def _unusable(anchor: Path, error: OSError) -> NetauditError:
    return NetauditError(text("{file} cannot be used: {reason}", file=anchor, reason=system_words(error)))
