"""The log file: one JSON object a line, in the user's state folder, bounded in size."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from inventory.model.text import N_, harmless, harmless_json
from netaudit.i18n import _

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Format a record as one JSON object; ``extra`` fields become keys."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line without a line break."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update({key: value for key, value in record.__dict__.items() if key not in _STANDARD})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return harmless_json(json.dumps(entry, ensure_ascii=False, default=str))


class Remarks(logging.Formatter):
    """Format a record for a terminal, in the reader's language: one harmless line.

    How an exception came about stays in the file.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        told = logging.makeLogRecord({**record.__dict__, "msg": _(str(record.msg))})
        return harmless(f"{record.levelname} {record.name}: {told.getMessage()}").replace("\n", " ")


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A log file that only its owner can read, the ones it continues in included."""

    def _open(self) -> TextIOWrapper:
        def private(name: str, flags: int) -> int:
            return os.open(name, flags, 0o600)

        stream = open(self.baseFilename, self.mode, encoding=self.encoding, opener=private)  # noqa: SIM115 -- Path.open() takes no opener; the handler closes it
        return cast("TextIOWrapper", stream)


_started: list[Path] = []


def place() -> Path | None:
    """Return the log file, once there is one."""
    return _started[-1] if _started else None


def start(file: Path, *, verbose: bool) -> None:
    """Send the program's log to ``file`` (kept private, 5 × 5 MB), and with ``verbose`` to stderr as well.

    A log that cannot be written must never stop the work: the file is then left out and a warning says so.
    """
    logging.raiseExceptions = False  # a disk that has become full is no reason to fill the terminal
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for noisy in ("scapy", "paramiko", "asyncio", "alembic", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    if verbose:
        console = logging.StreamHandler(sys.stderr)
        console.setFormatter(Remarks())
        root.addHandler(console)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = PrivateFile(file, maxBytes=5_000_000, backupCount=5, encoding="utf-8")
    except OSError as error:
        root.warning(N_("no log file: %s"), error)
        return
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    _started[:] = [file]
