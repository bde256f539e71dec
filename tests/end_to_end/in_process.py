"""netaudit's command line without a process of its own: for the many small calls that need not pay for a start."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from netaudit.cli.main import main
from netaudit.i18n import activate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


class Call(Protocol):
    """Call netaudit with arguments."""

    def __call__(self, *arguments: str) -> Done: ...


@contextmanager
def calling(folder: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Give a way to call netaudit in a folder, with a home and registry there; leave the process as it was."""
    for name in ("DATA", "STATE", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / "home" / name.lower()))
    monkeypatch.setenv("NETAUDIT_DATABASE", f"sqlite:///{folder / 'registry.db'}")
    monkeypatch.delenv("NETAUDIT_CONFIG", raising=False)
    for name, value in (("COLUMNS", "200"), ("LC_ALL", "C.UTF-8"), ("LANGUAGE", "")):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)

    def call(*arguments: str) -> Done:
        capture.readouterr()
        code = main(list(arguments))
        return Done(code, *capture.readouterr())

    try:
        yield call
    finally:
        activate("en")
        root.setLevel(level)
        for handler in [handler for handler in root.handlers if handler not in handlers]:
            root.removeHandler(handler)
            handler.close()
