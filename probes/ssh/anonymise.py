"""What a device printed, in which nobody and nothing can be recognised: it is understood the same under other names.

Only words that say how a table is to be read stay: those of our templates and patterns, and the values of columns that
tell no name (states, kinds, speeds, versions, ports). Every other word becomes a name for a name, whoever wrote it. An
output that would be understood otherwise afterwards is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from inventory.model.transcript import Ending
from inventory.model.values import Mac
from probes.parsers import reply
from probes.parsers.names import spelled
from probes.parsers.templates import OWN, THEIRS
from probes.platforms import catalogue
from probes.ssh.parser import ParseError
from probes.ssh.reading import reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.model.pseudonyms import Pseudonyms
    from inventory.model.text import Text
    from inventory.model.transcript import Output, Transcript
    from probes.parsers.templates import Row
    from probes.platforms.cli import Cli, Command
    from probes.ssh.parser import Parser

_NAMES: Final = frozenset({"description", "system_name", "remote_description", "sys_name", "vpn"})
"""Our names of columns that hold what somebody called something: replaced as a whole."""
_ADDRESSES: Final = frozenset({"ip", "mac", "management", "chassis", "remote", "bridge"})
"""Columns in which addresses are looked for, and words that are none replaced."""
_PORTS: Final = frozenset({"interface", "port", "member", "aggregate"})
_HOST: Final = re.compile(r"[A-Za-z][\w.-]*")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_PORT: Final = re.compile(r"[A-Za-z-]{0,24} ?\d+(?:/\d+)+(?:[.:]\d+)?")
_WORDS: Final = re.compile(r"\w+")
_RUNS: Final = re.compile(r"[^\W\d_]+")
_HUMPS: Final = re.compile(r"[A-Z][a-z]+")
"""The words of ``ActorPortName``."""
_PIECE: Final = re.compile(
    r"(?P<card>(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{4}(?:-[0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}"
    r"|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6}|[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){5})(?![0-9A-Za-z]))"
    r"|(?P<address>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
    r"|(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![0-9A-Za-z:]))"
    r"|(?P<word>\w+)"
)
_NUMBER: Final = re.compile(r"[\d_]{1,6}|[01]{8}")
"""Digits that are a count or a number of something, or flags of LACP; more could be a telephone."""
_COMMON: Final = frozenset(
    re.findall(
        r"\w+",
        "up down enabled disabled enable disable yes no on off full half auto static dynamic learned self cpu drop "
        "h c access trunk hybrid copper fiber active inactive connected notconnect vlan total n a the of is not "
        "none fdx hdx gigfd",
    )
)
"""Words of states that stand in columns nobody reads."""


def anonymised(
    transcript: Transcript, by: Pseudonyms, names: Mapping[str, str], parser: Parser
) -> tuple[Transcript, int]:
    """Return a session with pseudonyms, and how many outputs had to be left out.

    Args:
        transcript: what was printed.
        by: the replacements.
        names: what else is a name, and what stands for it.
        parser: parses the outputs.
    """
    profile = catalogue.named(transcript.platform)
    cli = profile.cli if profile else None
    device = names.get(transcript.device) or by.name(transcript.device)
    if cli is None:
        bare = replace(transcript, device=device, prompt="", outputs=(), reason=None, host_key=None, handshake=None)
        return bare, len(transcript.outputs)
    work = _Rewording(transcript, cli, by, names, parser)
    kept = [other for output in transcript.outputs if (other := work.output(output)) is not None]
    session = replace(
        transcript,
        device=device,
        reason=_reworded(transcript.reason, by, names),
        prompt=work.prompt,
        outputs=tuple(kept),
        host_key=None,
        handshake=None,
    )
    return session, len(transcript.outputs) - len(kept)


def _reworded(reason: Text | None, by: Pseudonyms, names: Mapping[str, str]) -> Text | None:
    return None if reason is None else reason.with_params(lambda word: by.text(word, names.items()))


class _Rewording:
    def __init__(
        self, transcript: Transcript, cli: Cli, by: Pseudonyms, names: Mapping[str, str], parser: Parser
    ) -> None:
        self._transcript = transcript
        self._cli = cli
        self._by = by
        self._names = dict(names)
        self._parser = parser
        self._commands = {command.text: command for question in cli.questions for command in question.commands}
        self._stays = _vocabulary(cli) | _COMMON
        self._models = self._told("model")
        host = _HOST.search(transcript.prompt)
        if host:
            self._learn(host[0])
        self.prompt = self._line(transcript.prompt, frozenset())

    def output(self, output: Output) -> Output | None:
        """Return an output under other names; None where it would then say something else."""
        if output.ending is not Ending.DONE:
            return replace(output, raw=b"", reason=_reworded(output.reason, self._by, self._names))
        lines = reply.body(output, self._transcript.prompt, self._cli)
        if lines is None:
            return None
        command = self._commands.get(output.command)
        kept = self._kept(command, lines) if command is not None else frozenset()
        told = [output.command, *(self._line(line, kept) for line in lines), self.prompt]
        other = replace(output, raw="\r\n".join(told).encode())
        return other if self._same(output, other) else None

    def _same(self, before: Output, after: Output) -> bool:
        """Whether both are understood alike: as many rows of each kind, and no other end of a table."""
        return self._shape(before, self._transcript.prompt) == self._shape(after, self.prompt)

    def _shape(self, output: Output, prompt: str) -> tuple[object, ...]:
        alone = replace(self._transcript, outputs=(output,), prompt=prompt, ending=Ending.DONE)
        got = reading(alone, "public", self._parser)
        ends = tuple((entry.table, entry.completeness, entry.rows, entry.rejected) for entry in got.coverage)
        return (*ends, len(got.facts), len({(type(fact), getattr(fact, "if_index", 0)) for fact in got.facts}))

    def _told(self, wanted: str) -> str:
        """Return what stands in a column, in every output."""
        found = []
        for output in self._transcript.outputs:
            command = self._commands.get(output.command)
            lines = reply.body(output, self._transcript.prompt, self._cli)
            if command is not None and lines is not None:
                found += [value for name, value in self._cells(command, lines) if name == wanted]
        return " ".join(found)

    def _learn(self, name: str) -> None:
        """Remember that this is a name, unless it is one that nobody gave: of a port, or the model's."""
        if name not in self._models and not self._looks_like_port(name):
            self._names.setdefault(name, self._by.name(name))

    def _kept(self, command: Command, lines: list[str]) -> frozenset[str]:
        """Return the words of the output that stay because of the column they stand in; learn the names in it."""
        return frozenset().union(*(self._value(name, value) for name, value in self._cells(command, lines)))

    def _cells(self, command: Command, lines: list[str]) -> list[tuple[str, str]]:
        """Return the values of an output, each with our name of its column."""
        try:
            rows = self._parser.rows(command.template, "\n".join(lines) + "\n") if command.template else []
        except ParseError:
            return []
        theirs = {name: ours for ours, name in command.fields.items()}
        return [(theirs.get(name, name), value) for row in rows for name, value in _cells(row)]

    def _value(self, name: str, value: str) -> set[str]:
        if name == "serial":
            self._names.setdefault(value, self._by.serial(value))
        elif not _LETTERS.search(value):
            return set(value.split()) if name not in _ADDRESSES else set()
        elif name in _NAMES or (name in _PORTS and not self._is_port(value)):
            self._learn(value)
        elif name not in _ADDRESSES or self._looks_like_port(value):
            return {*value.split(), *_WORDS.findall(value)}
        return set()

    def _is_port(self, value: str) -> bool:
        """Whether an interface is called as devices call theirs: some call those of VLANs as people like."""
        return self._cli.ports is None or self._cli.ports.fullmatch(spelled(value, self._cli)) is not None

    def _line(self, line: str, kept: frozenset[str]) -> str:
        for word, instead in sorted(self._names.items(), key=lambda pair: -len(pair[0])):
            if len(word) > 1 and word in line and word.lower() not in self._stays:
                line = re.sub(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", _mark(instead), line)
        made = "".join(
            chunk if chunk in kept or chunk.startswith(_OPEN) else _PIECE.sub(partial(self._piece, kept), chunk)
            for chunk in _chunks(line)
        )
        return made.replace(_OPEN, "").replace(_CLOSE, "")

    def _is_known(self, word: str) -> bool:
        """Whether a word is one of those that say how a table is to be read."""
        runs = _RUNS.findall(word)
        return bool(runs) and all(run.lower() in self._stays or self._is_compound(run) for run in runs)

    def _looks_like_port(self, value: str) -> bool:
        """Whether a name is one that devices give their ports: a kind known here and numbers with slashes."""
        return _PORT.fullmatch(value) is not None and (self._is_known(value) or not _LETTERS.search(value))

    def _is_compound(self, run: str) -> bool:
        parts = _HUMPS.findall(run)
        return "".join(parts) == run and self._stays.issuperset(part.lower() for part in parts)

    def _piece(self, kept: frozenset[str], found: re.Match[str]) -> str:
        whole = found[0]
        if whole in kept:
            return whole
        if found["card"]:
            return _spelled(self._by.mac(Mac.parse(whole)), whole)
        if found["address"]:
            return self._by.text(whole)
        short = len(whole) == 1 and whole.isascii()
        if short or self._is_known(whole) or _NUMBER.fullmatch(whole):
            return whole
        return self._by.name(whole).replace("-", "")


_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around what was replaced already: letters nobody prints, of Unicode's private use."""


def _mark(instead: str) -> str:
    return f"{_OPEN}{instead}{_CLOSE}".replace("\\", r"\\")


def _chunks(line: str) -> Iterator[str]:
    """Return what a line is made of: replaced names, blanks, and everything between."""
    yield from re.split(f"({_OPEN}[^{_CLOSE}]*{_CLOSE}|(?:[0-9A-Fa-f]{{2}} ){{5}}[0-9A-Fa-f]{{2}}(?!\\S)|\\s+)", line)


def _cells(row: Row) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        for one in value if isinstance(value, list) else [value]:
            if one.strip():
                yield name, one.strip()


def _spelled(card: Mac, like: str) -> str:
    digits = iter(card.text.replace(":", ""))
    made = "".join(next(digits) if character not in ":-. " else character for character in like)
    return made.upper() if like.upper() == like else made


@cache
def _headings() -> frozenset[str]:
    """Return the words that our own templates look for, of every platform."""
    return frozenset().union(*(_literals(path.read_text(encoding="utf-8")) for path in OWN.glob("*.textfsm")))


@cache
def _words_of(template: str) -> frozenset[str]:
    path = THEIRS / f"{template}.textfsm"
    return _literals(path.read_text(encoding="utf-8")) if path.is_file() else frozenset()


def _literals(pattern: str) -> frozenset[str]:
    r"""Return the words a regular expression looks for: ``[Ll]ocal\s+Port`` looks for local and port."""
    plain = re.sub(r"\\[A-Za-z]", " ", re.sub(r"\[([A-Za-z])[A-Za-z]\]", r"\1", pattern))
    return frozenset(word.lower() for word in re.findall(r"[A-Za-z]{2,}", plain))


def _vocabulary(cli: Cli) -> frozenset[str]:
    """Return the words our own patterns look for."""
    patterns = [cli.rejections.pattern, cli.denials.pattern, cli.absences.pattern]
    words: set[str] = set()
    for question in (*cli.questions, *cli.condition):
        for command in question.commands:
            words |= _words_of(command.template) if command.template else frozenset()
            patterns += [pattern.pattern for pattern in (command.heading, command.total) if pattern]
            patterns.append(command.text)
        if question.gate:
            patterns += [question.gate.text, question.gate.opens.pattern]
    words |= _headings().union(*map(_literals, patterns))
    kinds = (*cli.names, *cli.names.values(), *cli.aggregates, *cli.virtual, *cli.loopbacks)
    return frozenset(words | {word.lower() for kind in kinds for word in re.findall(r"[A-Za-z]+", kind)})
