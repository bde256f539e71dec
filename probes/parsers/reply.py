"""Whether what came back is the table that was asked for. An error message must never look like an empty table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness
from inventory.model.text import text
from inventory.model.transcript import Ending, ending_words
from probes.parsers.terminal import echoes, rendered

if TYPE_CHECKING:
    import re

    from inventory.model.text import Text
    from inventory.model.transcript import Output
    from probes.platforms.cli import Cli, Command

_FIRST_LINES: Final = 10
_SHORT: Final = 5
"""Lines of an output that can be nothing but a refusal."""
_QUOTED: Final = 120

ENDINGS: Final = {
    Ending.NOT_ASKED: Completeness.TIMED_OUT,
    Ending.STOPPED: Completeness.TIMED_OUT,
    Ending.NO_PLATFORM: Completeness.FAILED,
    Ending.UNREACHABLE: Completeness.TIMED_OUT,
    Ending.NO_SSH: Completeness.TIMED_OUT,
    Ending.SSH_ALGORITHM: Completeness.REFUSED,
    Ending.HOST_KEY_UNKNOWN: Completeness.REFUSED,
    Ending.HOST_KEY_CHANGED: Completeness.REFUSED,
    Ending.AUTH_FAILED: Completeness.REFUSED,
    Ending.CREDENTIAL_BLOCKED: Completeness.REFUSED,
    Ending.LOGIN_DIALOG: Completeness.REFUSED,
    Ending.NO_PROMPT: Completeness.TIMED_OUT,
    Ending.COMMAND_TIMEOUT: Completeness.TIMED_OUT,
    Ending.TOO_LONG: Completeness.FAILED,
    Ending.OUT_OF_SYNC: Completeness.FAILED,
    Ending.CONNECTION_LOST: Completeness.TIMED_OUT,
}
"""What a session or command that ended so says about a table."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """There is no table in it."""

    completeness: Completeness
    reason: Text


def body(output: Output, prompt: str, cli: Cli) -> list[str] | None:
    """Return the lines between the echo and the prompt; None where one of the two is missing."""
    lines = rendered(output.raw, cli.pagers)
    while lines and not lines[0].strip():
        del lines[0]
    if len(lines) < 2 or lines[-1] != prompt:  # noqa: PLR2004 -- echo and prompt
        return None
    if not echoes(lines[0], prompt, output.command):
        return None
    return lines[1:-1]


def table(output: Output, command: Command, prompt: str, cli: Cli) -> str | Unusable:
    """Return the text to parse, or why there is none."""
    if output.ending is not Ending.DONE:
        return Unusable(ENDINGS[output.ending], ending_words(output.ending, output.reason))
    lines = body(output, prompt, cli)
    if lines is None:
        return Unusable(Completeness.FAILED, text("out_of_sync: no echo at the beginning or no prompt at the end"))
    written = [line.strip() for line in lines if line.strip()]
    if not written:
        return Unusable(Completeness.FAILED, text("empty_output"))
    printed = "\n".join(lines) + "\n"
    return rejection(written, cli) or _flaw(printed, written, command) or printed


def rejection(written: list[str], cli: Cli) -> Unusable | None:
    """Return how the device rejects a command; None when it does not."""
    beginning = "\n".join(written[:_FIRST_LINES])
    short = len(written) <= _SHORT
    for pattern, completeness, believed in (
        (cli.rejections, Completeness.UNSUPPORTED, True),
        (cli.denials, Completeness.REFUSED, short),
        (cli.absences, Completeness.UNSUPPORTED, short),
    ):
        if believed and (found := pattern.search(beginning)):
            return Unusable(completeness, text("command_rejected: {line}", line=_quoted(_line_of(found))))
    return None


def _flaw(printed: str, written: list[str], command: Command) -> Unusable | None:
    if not command.template:
        return Unusable(Completeness.FAILED, text("no_template"))
    if command.heading is not None and not command.heading.search(printed):
        begins = text("unparsable: not this table, it begins with {line}", line=_quoted(written[0]))
        return Unusable(Completeness.FAILED, begins)
    return None


def counted(command: Command, printed: str) -> int | None:
    """Return how many rows the device says it has; None where it does not say."""
    if command.total is None:
        return None
    numbers = [int(found["n"]) for found in command.total.finditer(printed)]
    return sum(numbers) if numbers else None


def _line_of(found: re.Match[str]) -> str:
    start = found.string.rfind("\n", 0, found.end()) + 1
    end = found.string.find("\n", found.end())
    return found.string[start : end if end >= 0 else None]


def _quoted(line: str) -> str:
    return line.strip()[:_QUOTED]
