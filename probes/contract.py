"""What a probe is asked and what it answers: the types between the sweep, the collectors and their callers.

Expected network behaviour (silence, refusal, garbage) is a value of these types, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from inventory.model.coverage import NETWORK_TABLES
from probes.blocks import (
    DEFAULT_TCP_PORTS,
    FORBIDDEN_TCP_PORTS,
    Begun,
    Block,
    BlockDone,
    Lane,
    Pace,
    ProbePlan,
    Progress,
    SweepEvent,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from inventory.model.coverage import Table, TableCoverage
    from inventory.model.facts import Fact
    from inventory.model.hostkeys import HostKey
    from inventory.model.text import Text
    from inventory.model.values import IPAddress

__all__ = [
    "DEFAULT_TCP_PORTS",
    "FORBIDDEN_TCP_PORTS",
    "AuthProtocol",
    "Begun",
    "Binding",
    "BindingName",
    "Block",
    "BlockDone",
    "DeviceReading",
    "DeviceTarget",
    "Engine",
    "Lane",
    "Pace",
    "PrivacyProtocol",
    "ProbePlan",
    "Progress",
    "ReadLimits",
    "SnmpCredential",
    "SnmpV2c",
    "SnmpV3",
    "SshCredential",
    "SshLimits",
    "SshTarget",
    "SweepEvent",
]

# ---------------------------------------------------------------- sweep: what it would send

BindingName: TypeAlias = Literal["rate", "connects", "arp", "gateway", "lane"]


@dataclass(frozen=True, slots=True)
class Binding:
    """Which limit a sweep waits for."""

    limit: BindingName
    pps: float
    """What it allows: packets, connects, ARP requests or new addresses per second."""


# ---------------------------------------------------------------- devices: what do their tables say?


@dataclass(frozen=True, slots=True)
class SnmpV2c:
    """A v1/v2c community. The secret never shows in ``repr``."""

    community: str = field(repr=False)
    port: int = 161
    version: Literal["1", "2c"] = "2c"


AuthProtocol: TypeAlias = Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
PrivacyProtocol: TypeAlias = Literal["des", "3des", "aes128", "aes192", "aes256", "aes192c", "aes256c"]
"""``…c`` is Cisco's (Reeder's) key extension; without it Blumenthal's, as net-snmp."""


@dataclass(frozen=True, slots=True)
class SnmpV3:
    """A USM user (RFC 3414). Privacy without authentication does not exist."""

    user: str
    auth_protocol: AuthProtocol | None = None
    auth_secret: str | None = field(default=None, repr=False)
    privacy_protocol: PrivacyProtocol | None = None
    privacy_secret: str | None = field(default=None, repr=False)
    context: str = ""
    port: int = 161


SnmpCredential: TypeAlias = SnmpV2c | SnmpV3


@dataclass(frozen=True, slots=True)
class SshCredential:
    """One login. The secrets never show in ``repr``."""

    profile: str
    """What the settings call it: rejections are counted by this name."""
    username: str
    password: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    """A private key; its password, where it has one, is ``password``."""
    port: int = 22
    legacy: bool = False
    """Whether algorithms that are no longer safe are accepted: some devices have no others."""


@dataclass(frozen=True, slots=True)
class DeviceTarget:
    """A registered device to read, with the one credential it is read with."""

    name: str
    address: IPAddress
    plane: str
    credential: SnmpCredential
    platform: str | None = None
    tables: frozenset[Table] = NETWORK_TABLES
    """What is read; the system group always is, and what another table needs to be understood."""
    rows_per_request: int | None = None
    """The most rows it answered in one request when it was last read; 0 is one at a time, None is unknown."""
    silent: bool = False
    """It has had all the time to answer and did not: it is asked once more, and read if it answers now."""


Engine: TypeAlias = Literal["native", "pysnmp"]
"""By what SNMP is spoken: by netaudit itself, or by pysnmp, to compare."""


@dataclass(frozen=True, slots=True)
class SshTarget:
    """A registered device to log in to, with the one credential and the keys that are believed."""

    name: str
    address: IPAddress
    plane: str
    credential: SshCredential
    platform: str | None = None
    pinned: frozenset[HostKey] = frozenset()
    """Any of these proves that it is the device; with none, the first key shown is believed if ``trusting``."""
    trusting: bool = True
    silent: bool = False
    """It has had all the time to take a connection and did not: little more is waited for one."""


@dataclass(frozen=True, slots=True)
class SshLimits:
    """Bounds of one session."""

    connect_timeout_s: float = 10.0
    last_connect_timeout_s: float = 2.0
    """For a device that took no connection before."""
    login_timeout_s: float = 30.0
    """Each for the key exchange, for the login, and until the first prompt stands."""
    quiet_s: float = 0.15
    """Silence after which a banner is over."""
    settle_s: float = 0.03
    """Silence after which a prompt is the end of an output."""
    device_budget_s: float = 300.0
    max_octets: int = 16 << 20
    in_flight: int = 32
    """Devices logged in to at once."""


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds of one device's read."""

    timeout_s: float = 2.0
    """Patience with the first request; later ones get half of it and four times what answers took so far."""
    retries: int = 2
    table_budget_s: float = 120.0
    device_budget_s: float = 600.0
    max_rows: int = 200_000
    in_flight: int = 200
    """Devices read at once, at most: fewer where that many sockets may not be opened or this machine cannot keep up."""
    engine: Engine = "native"


@dataclass(frozen=True, slots=True)
class DeviceReading:
    """One device's read: facts that decoded, and for each table how its read ended."""

    device: str
    started_at: datetime
    finished_at: datetime
    facts: tuple[Fact, ...]
    coverage: tuple[TableCoverage, ...]
    hint: Text | None = None
    """What to check when the device could not be read."""
    rows_per_request: int | None = None
    """The most rows it has shown to answer in one request, to be remembered; None when it answered none."""
