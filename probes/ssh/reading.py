"""A transcript becomes facts and coverage, the same as reading by SNMP gives; as often as one likes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import DeviceFact, InterfaceFact
from inventory.model.text import remarks, text
from inventory.model.transcript import Ending, ending_words
from probes.contract import DeviceReading
from probes.parsers import aggregates, reply
from probes.parsers.cells import Cells, Context
from probes.parsers.facts import Read
from probes.parsers.names import Ports
from probes.platforms import catalogue
from probes.platforms.cli import Subject
from probes.ssh.hint import hint_for
from probes.ssh.parser import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inventory.model.facts import Fact
    from inventory.model.text import Text
    from inventory.model.transcript import Output, Transcript
    from probes.platforms.cli import Cli, Command, Gate, Question
    from probes.platforms.profile import Profile
    from probes.ssh.parser import Parser

SOURCE: Final = "ssh"
TABLES: Final = {
    Table.SYSTEM: (Subject.VERSION, Subject.SERIAL),
    Table.INTERFACES: (Subject.INTERFACES, Subject.AGGREGATES),
    Table.ADDRESSES: (Subject.ADDRESSES,),
    Table.ARP: (Subject.ARP, Subject.ND, Subject.VPNS),
    Table.FDB: (Subject.FDB,),
    Table.LLDP: (Subject.LLDP, Subject.TREE),
}
"""Table → its subject, and one that adds to it."""
_REMARKS: Final = frozenset({Subject.SERIAL, Subject.AGGREGATES, Subject.VPNS, Subject.TREE})
"""Subjects that a table is complete without."""
_HOST_NAME: Final = re.compile(r"[\w.-]+")


def reading(
    transcript: Transcript,
    plane: str,
    parser: Parser,
    known: Iterable[InterfaceFact] = (),
    profile: Profile | None = None,
    remembered: Iterable[InterfaceFact] = (),
) -> DeviceReading:
    """Say what a transcript tells.

    Args:
        transcript: one session.
        plane: where the device's addresses are.
        parser: parses the outputs.
        known: the device's interfaces where SNMP told them: names then lead to their ifIndex.
        profile: by whose rules; else the platform's the transcript names.
        remembered: the interfaces SNMP told in an earlier reading: the same, and this reading has to list them itself.
    """
    profile = profile or catalogue.named(transcript.platform)
    if profile is None or profile.cli is None:
        return _unread(transcript)
    ports = Ports(profile.cli, known, remembered)
    return _Decoding(transcript, plane, parser, ports, profile.cli, profile.name).run()


def _unread(transcript: Transcript) -> DeviceReading:
    completeness = reply.ENDINGS.get(transcript.ending, Completeness.FAILED)
    reason = ending_words(transcript.ending, transcript.reason)
    coverage = [
        TableCoverage(transcript.device, table, completeness, 0, transcript.finished_at, reason, source=SOURCE)
        for table in TABLES
    ]
    hint = hint_for(transcript)
    return DeviceReading(transcript.device, transcript.started_at, transcript.finished_at, (), tuple(coverage), hint)


@dataclass
class _Part:
    """How the read of one subject ended."""

    completeness: Completeness
    reason: Text | None = None
    rows: int = 0
    rejected: int = 0
    facts: list[Fact] = field(default_factory=list)


class _Decoding:
    def __init__(
        self,
        transcript: Transcript,
        plane: str,
        parser: Parser,
        ports: Ports,
        cli: Cli,
        platform: str,
    ) -> None:
        self._transcript = transcript
        self._plane = plane
        self._parser = parser
        self._cli = cli
        self._ports = ports
        self._device = DeviceFact(
            transcript.device, transcript.finished_at, sys_name=_host_name(transcript.prompt), platform=platform
        )
        self._attached: dict[int, int] = {}
        self._vpns: dict[int, str] = {}

    def run(self) -> DeviceReading:
        asked = {question.subject: question for question in self._cli.questions}
        parts = {subject: self._part(question) for subject, question in asked.items()}
        facts = [fact for part in parts.values() for fact in part.facts]
        facts = [*aggregates.joined([*facts, *self._unlisted(facts)], self._attached)]
        if any(parts[subject].rows for subject in TABLES[Table.SYSTEM] if subject in parts):
            facts.append(self._device)
        transcript = self._transcript
        hint = None if transcript.ending is Ending.DONE else hint_for(transcript)
        coverage = tuple(self._coverage(table, parts) for table in TABLES)
        return DeviceReading(
            transcript.device, transcript.started_at, transcript.finished_at, tuple(facts), coverage, hint
        )

    def _part(self, question: Question) -> _Part:
        """Read the subject from the first command the device knows."""
        ending = self._transcript.ending
        said = ending_words(ending, self._transcript.reason)
        part = _Part(reply.ENDINGS.get(ending, Completeness.TIMED_OUT), said)
        outputs = {output.command: output for output in self._transcript.outputs}
        if question.gate is not None and not self._is_open(question.gate, outputs):
            return _Part(Completeness.UNSUPPORTED)
        for command in question.commands:
            if command.text in outputs:
                part = self._table(question.subject, command, outputs[command.text])
                if part.completeness is not Completeness.UNSUPPORTED:
                    break
        return part

    def _is_open(self, gate: Gate, outputs: Mapping[str, Output]) -> bool:
        """Whether what the gate's command printed says that the question was worth asking; not known is yes."""
        output = outputs.get(gate.text)
        lines = reply.body(output, self._transcript.prompt, self._cli) if output else None
        return lines is None or gate.opens.search("\n".join(lines)) is not None

    def _table(self, subject: Subject, command: Command, output: Output) -> _Part:
        printed = reply.table(output, command, self._transcript.prompt, self._cli)
        if isinstance(printed, reply.Unusable):
            return _Part(printed.completeness, printed.reason)
        try:
            rows = [Cells(row, command.fields) for row in self._parser.rows(command.template, printed)]
        except ParseError as error:
            return _Part(Completeness.FAILED, error.reason)
        at = self._context(output.finished_at, command.text)
        part = self._understood(subject, rows, Read(at))
        counted = reply.counted(command, printed)
        if counted is not None and counted != len(rows):
            part.completeness = Completeness.TRUNCATED
            part.reason = text(
                "count_mismatch: the device counts {counted}, {understood} were understood",
                counted=counted,
                understood=len(rows),
            )
        return part

    def _context(self, at: datetime, command: str) -> Context:
        return Context(self._transcript.device, self._plane, at, command, self._cli, self._ports, self._vpns)

    def _understood(self, subject: Subject, rows: Sequence[Cells], read: Read) -> _Part:
        match subject:
            case Subject.INTERFACES:
                read.interfaces(rows)
            case Subject.FDB:
                read.stations(rows)
            case Subject.ARP | Subject.ND:
                read.resolved(rows)
            case Subject.LLDP:
                read.neighbours(rows)
            case Subject.TREE:
                read.leaders(rows)
            case Subject.ADDRESSES:
                self._vpns |= read.bound(rows)
                read.addresses(rows)
            case Subject.AGGREGATES:
                self._attached |= aggregates.members(rows, self._ports)
                return _Part(Completeness.COMPLETE, rows=len(rows))
            case Subject.VPNS:
                self._vpns |= read.bound(rows)
                return _Part(Completeness.COMPLETE, rows=len(rows))
            case Subject.VERSION | Subject.SERIAL:
                return self._identified(rows)
        return _Part(Completeness.COMPLETE, None, read.understood, read.rejected, read.facts)

    def _identified(self, rows: Sequence[Cells]) -> _Part:
        """Add what the box says of itself; the members of a stack follow each other."""
        told = {name: _several(rows, name) for name in ("model", "serial", "software", "sys_name", "sys_descr", "mac")}
        device = self._device
        mac = next((row.mac("mac") for row in rows if row.mac("mac")), None)
        self._device = DeviceFact(
            device.device,
            device.at,
            sys_name=told["sys_name"] or device.sys_name,
            sys_descr=told["sys_descr"] or device.sys_descr,
            bridge_mac=mac or device.bridge_mac,
            model=device.model or told["model"],
            serial=told["serial"] or device.serial,
            software=device.software or told["software"],
            platform=device.platform,
        )
        if not any(told.values()):
            return _Part(Completeness.FAILED, text("unparsable: nothing in it says what the device is"))
        return _Part(Completeness.COMPLETE, rows=1)

    def _unlisted(self, facts: Sequence[Fact]) -> list[Fact]:
        """Name the ports that stations or neighbours are on and that no table of interfaces lists."""
        listed = {fact.if_index for fact in facts if isinstance(fact, InterfaceFact)} | self._ports.known
        read = Read(self._context(self._transcript.finished_at, ""))
        read.mentioned(name for number, name in self._ports.names().items() if number not in listed)
        return read.facts

    def _coverage(self, table: Table, parts: dict[Subject, _Part]) -> TableCoverage:
        subject, *more = TABLES[table]
        part = parts.get(subject, _Part(Completeness.FAILED, text("no_command")))
        rows, rejected, completeness, reasons = part.rows, part.rejected, part.completeness, [part.reason]
        for other in more:
            added = parts.get(other)
            if added is None or added.completeness is Completeness.UNSUPPORTED:
                continue
            if other not in _REMARKS:
                rows, rejected = rows + added.rows, rejected + added.rejected
            if added.completeness is not Completeness.COMPLETE:
                reasons.append(text("{table}: {reason}", table=other.value, reason=added.reason or "-"))
                if other not in _REMARKS and completeness is Completeness.COMPLETE:
                    completeness = Completeness.TRUNCATED
        if table is Table.SYSTEM and self._transcript.handshake and self._transcript.handshake.old:
            old = ", ".join(self._transcript.handshake.old)
            reasons.append(text("SSH with old algorithms: {algorithms}", algorithms=old))
        at = self._transcript.finished_at
        return TableCoverage(self._device.device, table, completeness, rows, at, remarks(*reasons), rejected, SOURCE)


def _several(rows: Sequence[Cells], name: str) -> str | None:
    said = [word for row in rows for word in row.words(name)]
    return ", ".join(dict.fromkeys(said)) or None


def _host_name(prompt: str) -> str | None:
    found = _HOST_NAME.search(prompt)
    return found[0] if found else None
