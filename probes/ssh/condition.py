"""A look at a device's own condition by its command line, where SNMP does not tell: its clock, its forwarding table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.text import text, verbatim
from inventory.model.transcript import Ending, ending_words
from probes.mibs.condition import clock_words
from probes.parsers import condition, reply
from probes.platforms import catalogue
from probes.platforms.cli import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.text import Text
    from inventory.model.transcript import Output, Transcript
    from probes.platforms.cli import Cli

_SUBJECTS = {Check.CLOCK: Subject.CLOCK, Check.FORWARDING_SPACE: Subject.SPACE}


def checks(transcript: Transcript, tolerance_s: float, nearly_full: float) -> tuple[DeviceCheck, ...]:
    """Judge what a device said when it was looked at; what it did not say is not assessed."""
    profile = catalogue.named(transcript.platform)
    if transcript.ending is not Ending.DONE or profile is None or profile.cli is None:
        said = text("by SSH: {reason}", reason=ending_words(transcript.ending, transcript.reason))
        return tuple(_unknown(transcript, check, said) for check in _SUBJECTS)
    outputs = {output.command: output for output in transcript.outputs}
    return (
        _clock(transcript, profile.cli, outputs, tolerance_s),
        _space(transcript, profile.cli, outputs, nearly_full),
    )


def _clock(transcript: Transcript, cli: Cli, outputs: Mapping[str, Output], tolerance_s: float) -> DeviceCheck:
    output, lines = _told(transcript, cli, outputs, Subject.CLOCK)
    told = condition.clock(lines)
    if output is None or told is None:
        return _unknown(transcript, Check.CLOCK, _silence(output, lines))
    off = round((told.moment - output.finished_at).total_seconds(), 1)
    evidence = clock_words(output.command, told.moment, off, zoned=told.zoned)
    result = CheckResult.GOOD if abs(off) <= tolerance_s else CheckResult.ATTENTION
    return DeviceCheck(transcript.device, Check.CLOCK, result, evidence, output.finished_at, off)


def _space(transcript: Transcript, cli: Cli, outputs: Mapping[str, Output], nearly_full: float) -> DeviceCheck:
    output, lines = _told(transcript, cli, outputs, Subject.SPACE)
    room = condition.room(lines)
    if output is None or room is None:
        return _unknown(transcript, Check.FORWARDING_SPACE, _silence(output, lines))
    evidence = text(
        "{command}: {used} of {capacity}, {share}",
        command=output.command,
        used=room.used,
        capacity=room.capacity,
        share=f"{room.share:.0%}",
    )
    result = CheckResult.GOOD if room.share < nearly_full else CheckResult.ATTENTION
    return DeviceCheck(transcript.device, Check.FORWARDING_SPACE, result, evidence, output.finished_at, room.share)


def _told(
    transcript: Transcript, cli: Cli, outputs: Mapping[str, Output], subject: Subject
) -> tuple[Output | None, list[str]]:
    """Return the output that answers a question, and its lines; none where the device rejects the command."""
    asked = (command.text for question in cli.condition if question.subject is subject for command in question.commands)
    output = next((outputs[typed] for typed in asked if typed in outputs), None)
    lines = (reply.body(output, transcript.prompt, cli) or []) if output else []
    written = [line.strip() for line in lines if line.strip()]
    return output, [] if reply.rejection(written, cli) else written


def _silence(output: Output | None, lines: list[str]) -> Text:
    if output is None:
        return text("by SSH: {reason}", reason=text("no command of this platform tells it"))
    if lines:
        return verbatim(f"{output.command}: {lines[0][:100]}")
    return text("{command}: not understood by the device", command=output.command)


def _unknown(transcript: Transcript, check: Check, evidence: Text) -> DeviceCheck:
    return DeviceCheck(transcript.device, check, CheckResult.NOT_ASSESSED, evidence, transcript.finished_at)
