"""How every error ends: a sentence, what to do next, and an exit code. Never a traceback; the log file has that."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Final

import click

from inventory.model.errors import NetauditError, UsageError
from inventory.model.systemerrors import system_words
from inventory.model.text import N_, text
from netaudit import log
from netaudit.cli import streams
from netaudit.i18n import _, show

if TYPE_CHECKING:
    from pathlib import Path

INTERRUPTED: Final = 3
_KINDS: Final = (N_("integer range"), N_("float range"))
"""What click calls a kind of value, in errors; it looks these names up nowhere."""
_LOG = logging.getLogger(__name__)


def explain(error: BaseException) -> int:
    """Tell the user what ended the command, and return the exit code."""
    if isinstance(error, click.ClickException):
        return _misused(error)
    if isinstance(error, NetauditError):
        _complain(show(error.message), show(error.hint) if error.hint else None)
        return error.exit_code
    if isinstance(error, click.Abort | KeyboardInterrupt):
        _complain(_("Interrupted."), None)
        return INTERRUPTED
    if isinstance(error, OSError) and error.strerror:
        said = system_words(error)
        if error.filename:
            said = text("{file}: {reason}", file=error.filename, reason=said)
        _complain(show(text("The system refused: {reason}", reason=said)), None)
    else:
        _complain(_("A fault in netaudit itself: {kind}.").format(kind=type(error).__name__), _report(log.place()))
    if log.place():
        _LOG.error(N_("the command failed"), exc_info=error)
    streams.drop_output()  # it may be what cannot be written
    return NetauditError.exit_code


def _report(file: Path | None) -> str | None:
    return _("Please report it, with the last lines of {file}.").format(file=file) if file else None


def _misused(error: click.ClickException) -> int:
    told = io.StringIO()
    error.show(file=told)
    said = told.getvalue().rstrip()
    for kind in _KINDS:
        said = said.replace(kind, _(kind))
    streams.say(said, error=True)
    return UsageError.exit_code


def _complain(message: str, hint: str | None) -> None:
    streams.say(message, error=True, label=_("Error:"))
    if hint:
        streams.say(f"  {hint}", error=True)
