"""The standard streams, whatever the caller made of them: closed, full, or in an encoding without our characters."""

from __future__ import annotations

import io
import os
import sys
from contextlib import nullcontext, suppress
from typing import Final

import click

from inventory.model.text import harmless

_STANDARD: Final = 3
"""File descriptors 0 to 2."""


def prepare() -> None:
    """Make the streams safe to write to."""
    # A database opened while descriptor 1 or 2 is free would take its number, and the next message.
    while (number := os.open(os.devnull, os.O_RDWR)) < _STANDARD:
        pass
    os.close(number)
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- lives as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- lives as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # GBK and ASCII terminals lack some of our characters


def say(message: str, *, error: bool = False, label: str | None = None) -> None:
    """Print a line, harmless to the terminal, to stdout or stderr; a label stands before it in red."""
    gap = "" if label and label.endswith("：") else " "
    before = click.style(label, fg="red", bold=True) + gap if label else ""
    with suppress(OSError) if error else nullcontext():  # nobody can be told that stderr is gone
        click.echo(before + harmless(message), err=error)


def drop_output() -> None:
    """Send what is still to be written to stdout nowhere, so that the end of the process does not stumble over it."""
    with suppress(OSError, ValueError):  # a stream without descriptor needs no care
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
