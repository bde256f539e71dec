"""Output becomes rows, by TextFSM: our own templates first, then ntc-templates'.

Runs in a process of its own (:mod:`probes.parsers.child`): some templates of others need exponential time for a line of
dashes, which any neighbour of a switch could send.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import ntc_templates
import textfsm

if TYPE_CHECKING:
    from collections.abc import Mapping

Row: TypeAlias = "Mapping[str, str | list[str]]"
"""A row: names of values in lower case."""

OWN: Final = Path(__file__).with_name("templates")
THEIRS: Final = Path(ntc_templates.__file__).with_name("templates")


class UnreadableError(Exception):
    """The template does not know a line of the output."""


def rows(template: str, output: str) -> list[dict[str, str | list[str]]]:
    """Parse the output of a command.

    Raises:
        UnreadableError: a line is not of this table; the message shows it.
        FileNotFoundError: there is no such template: a bug.
    """
    machine = _machine(template)
    machine.Reset()
    try:
        found = machine.ParseText(output)
    except textfsm.TextFSMError as error:
        raise UnreadableError(str(error).replace("\n", " ")) from None
    names = [name.lower() for name in machine.header]
    return [dict(zip(names, row, strict=True)) for row in found]


@cache
def _machine(template: str) -> textfsm.TextFSM:
    """Read a template once: that is five sixths of the work."""
    file = f"{template}.textfsm"
    path = OWN / file if (OWN / file).is_file() else THEIRS / file
    with path.open(encoding="utf-8") as stream:
        return textfsm.TextFSM(stream)
