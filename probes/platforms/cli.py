"""What a platform's command line is asked, and what is peculiar about talking to it. Data only.

Nothing but the literal texts written in such a :class:`Cli` is ever typed into a device.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.model.sources import SPANNING_TREE_COMMAND

if TYPE_CHECKING:
    from collections.abc import Mapping


class Subject(StrEnum):
    """What a command's output is about."""

    VERSION = "version"
    SERIAL = "serial"
    INTERFACES = "interfaces"
    AGGREGATES = "aggregates"
    VPNS = "vpns"
    ADDRESSES = "addresses"
    ARP = "arp"
    ND = "nd"
    FDB = "fdb"
    LLDP = "lldp"
    TREE = "tree"
    """Which bridge leads each port's segment in the spanning tree."""
    CLOCK = "clock"
    SPACE = "space"
    """How full the forwarding table is."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """A question asked at login, and the answer that changes nothing."""

    question: re.Pattern[str]
    """Found at the end of what was printed."""
    answer: str
    """Sent with the enter key behind it."""


@dataclass(frozen=True, slots=True)
class Pager:
    """What stands at the end of a page, and the key for the next one."""

    prompt: re.Pattern[str]
    key: str = " "


@dataclass(frozen=True, slots=True)
class Command:
    """A literal command, and how its output is understood."""

    text: str
    template: str = ""
    """TextFSM template: a file of ours (``templates/``) or, where we have none of that name, of ntc-templates."""
    heading: re.Pattern[str] | None = None
    """Must be found in the output, or it is not this table: a heading, a total, or the words for "there is none"."""
    total: re.Pattern[str] | None = None
    """Group ``n`` is the number of rows the device itself counted; several are added up."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our name of a value → the template's, where the two differ."""
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Gate:
    """A cheap command that tells whether a costly question is worth asking."""

    text: str
    opens: re.Pattern[str]
    """Found in its output, the question is asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A subject and the commands that tell it: the next one only where the device does not know the one before."""

    subject: Subject
    commands: tuple[Command, ...]
    gate: Gate | None = None


def condition(clock: str, space: str = "") -> tuple[Question, ...]:
    """Return the questions about a device's condition, of the command for its clock and that for its table."""
    asked = ((Subject.CLOCK, clock), (Subject.SPACE, space))
    return tuple(Question(subject, (Command(text),)) for subject, text in asked if text)


def spanning_tree() -> Question:
    """Return the question that VRP and Comware are asked alike."""
    heading = re.compile(r"(?:CIST|VLAN \d+) Global Info|Protocol Status", re.IGNORECASE)
    return Question(Subject.TREE, (Command(SPANNING_TREE_COMMAND, "display_stp", heading),))


COMMON_REJECTIONS: Final = re.compile(
    r"^\s*(?:%\s*(?:Invalid|Unknown|Unrecognized|Incomplete|Ambiguous|Wrong|Too many)|"
    r"Error\s*:\s*(?:Unrecognized|Incomplete|Wrong|Ambiguous|Too many)|"
    r"Unrecognized command|Unknown command|Bad command|Invalid (?:input|command)|Command not found|"
    r"Available commands\s*:|Next possible completions\s*:|Ambiguous token|%Error 202)",
    re.IGNORECASE | re.MULTILINE,
)
"""The device does not know the command."""
COMMON_DENIALS: Final = re.compile(
    r"^\s*(?:%|Error\s*:)?\s*(?:.{0,60}(?:permission|authoriz|authoris|privilege|not allowed)|Access denied)",
    re.IGNORECASE | re.MULTILINE,
)
"""The account may not run it."""
COMMON_ABSENCES: Final = re.compile(
    r"^.*(?:\bnot (?:been )?(?:enabled|running|configured|supported|started|activated)|\bis disabled|\bnot support)",
    re.IGNORECASE | re.MULTILINE,
)
"""The device has no such table: the feature is off."""


@dataclass(frozen=True, slots=True)
class Cli:
    """How one platform is read by its command line."""

    prompt: re.Pattern[str]
    """A whole line without the blanks behind it."""
    questions: tuple[Question, ...]
    condition: tuple[Question, ...] = ()
    """Asked by a look at the device's condition only: its clock, the room in its forwarding table."""
    session: tuple[str, ...] = ()
    """Typed first: switches paging off, for this session only. One that is refused does no harm."""
    logout: str = "exit"
    enter: str = "\n"
    dialogs: tuple[Dialog, ...] = ()
    pagers: tuple[Pager, ...] = ()
    rejections: re.Pattern[str] = COMMON_REJECTIONS
    denials: re.Pattern[str] = COMMON_DENIALS
    absences: re.Pattern[str] = COMMON_ABSENCES
    remote_version: re.Pattern[str] | None = None
    """Found in the SSH identification string of this platform's devices."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Short kinds of interfaces → long ones, lower case → as the device spells it: ``{"ge": "GigabitEthernet"}``."""
    aggregates: tuple[str, ...] = ()
    """Kinds of interfaces, long and lower case, that are aggregates."""
    virtual: tuple[str, ...] = ()
    """Kinds that are no ports: VLAN interfaces and the like."""
    vlan_interface: str = ""
    """How the interface of VLAN ``{}`` is called, where the ARP table shows the port below it instead."""
    learned: tuple[str, ...] = ()
    """How the forwarding table marks a learned station, where it has no word for it."""
    own_without_age: bool = False
    """Whether the addresses without an age in the ARP table are the device's own."""
    loopbacks: tuple[str, ...] = ("loopback", "null", "inloopback")
    ports: re.Pattern[str] | None = None
    """What a port is called, where interfaces of VLANs are called as people like."""
    base_vpns: frozenset[str] = frozenset()
    """What the command line calls the network outside all VPNs."""

    @property
    def commands(self) -> tuple[str, ...]:
        """Every command that may be typed, in order."""
        asked = (command.text for question in (*self.questions, *self.condition) for command in question.commands)
        gates = (question.gate.text for question in self.questions if question.gate)
        return (*self.session, *gates, *asked, self.logout)

    @property
    def sendable(self) -> frozenset[str]:
        """Every text that may be sent, the enter key included: nothing else is."""
        lines = (*self.commands, *(dialog.answer for dialog in self.dialogs))
        return frozenset((*(line + self.enter for line in lines), *(pager.key for pager in self.pagers)))
