"""Results: data to stdout or a file, in the form and language asked for."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, Final

import click

from inventory.model.errors import NetauditError
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from netaudit.cli.streams import say
from netaudit.i18n import CATALOGUES, _, active_language
from reports.formats import FORMATS as SHAPES

if TYPE_CHECKING:
    from pathlib import Path

    from netaudit.app.answer import Report
    from netaudit.cli.session import Session

FORMATS: Final = ("table", "json", "csv")
"""What every listing offers."""
REPORT_FORMATS: Final = (*FORMATS, "xlsx", "html", "docx")


def emit(session: Session, report: Report, form: str, output: Path | None = None) -> None:
    """Show a report, or write it to a file that is complete or absent.

    Raises:
        click.UsageError: the form is for files only, and no file was named.
        NetauditError: the file cannot be written.
    """
    if form == "json":
        from reports.formats import json_  # noqa: PLC0415 -- one format is loaded, the one asked for

        write(json_.render(report.data), output)
        return
    shape = SHAPES[form]
    if shape.binary and output is None:
        raise click.UsageError(_("{form} needs a file: add --output FILE.").format(form=form))
    language = CATALOGUES[active_language()].replace("_", "-")
    if form == "table" and output is None:
        from reports.formats import terminal  # noqa: PLC0415 -- the same

        terminal.show(report.document, _, console=session.out, language=language)
        return
    write(shape.load().render(report.document, _, language=language), output)


def write(content: str | bytes, output: Path | None) -> None:
    """Write finished data to stdout or to a file."""
    data = content.encode() if isinstance(content, str) else content
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    write_file(data, output)


def write_file(data: bytes, output: Path) -> None:
    """Write a file that is complete or absent, and say so.

    Raises:
        NetauditError: it cannot be written.
    """
    try:
        if output.exists() and not output.is_file():
            output.write_bytes(data)  # a device or a pipe: it must not be replaced by a file
        else:
            _replace(output.resolve(), data)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        reason = system_words(error)
        raise NetauditError(text("{file} cannot be written: {reason}", file=output, reason=reason)) from None
    say(_("Written: {file}").format(file=output), error=True)


def _replace(file: Path, data: bytes) -> None:
    """Put a complete file in the place of an earlier one, which keeps its permissions."""
    mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o666
    partial = file.with_name(f".{file.name}.part")
    partial.unlink(missing_ok=True)
    try:
        # Exclusively: in a shared folder somebody else may have put a link there.
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
            stream.write(data)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
