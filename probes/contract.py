"""What a probe is asked and what it answers: the types between the sweep, the collectors and their callers.

Expected network behaviour (silence, refusal, garbage) is a value of these types, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from inventory.model.coverage import NETWORK_TABLES
from inventory.model.facts import ProbeKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from inventory.model.coverage import Table, TableCoverage
    from inventory.model.facts import Fact, Sighting
    from inventory.model.hostkeys import HostKey
    from inventory.model.text import Text
    from inventory.model.values import IPAddress, IPNetwork

# ---------------------------------------------------------------- sweep: is somebody there?

DEFAULT_TCP_PORTS = (22, 80, 135, 139, 443, 445, 3389)
FORBIDDEN_TCP_PORTS = frozenset({515, 9100})
"""Printers print whatever arrives here: never probed, whatever a user asks."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A narrow way: no more than so many packets per second leave for all addresses behind it, first probes or later.

    A village's line, a prefix with a limit of its own, a gateway whose neighbour table must not overflow.
    """

    key: str
    """Blocks with the same key share the lane."""
    pps: float


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses probed and stored together: the unit of progress, of storing and of resuming."""

    key: str
    """Stable across runs of the same sweep: plane, network and its part."""
    plane: str
    network: IPNetwork
    addresses: Sequence[IPAddress]
    """What to ask, exclusions already taken out; :class:`inventory.model.addresses.Addresses` takes least room."""
    gateway: str | None = None
    """Which gateway resolves these addresses, when known. Blocks that share one share its allowance; unknown is one."""
    lane: Lane | None = None
    """What all packets to these addresses must pass, beside the sweep's own pace."""
    vast: bool = False
    """The network is too big to be asked address by address: ``addresses`` are those known. IPv6 only."""
    all_nodes: bool = False
    """Whether all nodes of the link may be called as well, where the network is on ours."""
    begun: Begun | None = None
    """How far an interrupted sweep had come here: what it sent and waited for is not sent again."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a block is."""

    chain: str
    """Which probes were sent, in which order: with others it means nothing, and is not looked at."""
    sent: bytes
    """An octet for each address from the network's first on: how many probes it was sent in vain. Zero at the end is
    left out."""


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """Which probes, how patient. In the order icmp, tcp, udp; on the local link arp (IPv6: nd) instead of all."""

    kinds: frozenset[ProbeKind] = frozenset({ProbeKind.ICMP, ProbeKind.ARP, ProbeKind.TCP})
    tcp_ports: tuple[int, ...] = DEFAULT_TCP_PORTS
    timeout_s: float = 1.0
    retries: int = 1
    """How often a silent address is asked again, with every kind."""
    adaptive: bool = False
    """Instead of ``retries``: ask again until the loss measured so far predicts that hardly a host is missed. Only
    where packets are our own; elsewhere ``retries`` holds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, at most."""

    rate_pps: float = 1000.0
    """All probes together, packets per second."""
    new_addresses_per_gateway_s: float = 100.0
    """Addresses a gateway must resolve per second: switches drop above 100 ARP misses/s."""
    arp_pps: float = 10.0
    """ARP on the local link: switches with ARP inspection shut ports above 15."""


@dataclass(frozen=True, slots=True)
class BlockDone:
    """A block is finished, at ``at``; or the sweep was stopped, and this is what it knows of the block so far."""

    block: Block
    sightings: tuple[Sighting, ...]
    asked: int
    """Addresses that at least one probe left for."""
    limits: tuple[str, ...]
    """What could not be done, as stable keys (see :data:`LIMITS`)."""
    at: datetime
    finished: bool = True
    """Not, where ``stop`` came first: then ``asked`` counts what answered, and the silent must be asked further."""
    begun: Begun | None = None
    """Of a block that is not finished: where to go on, if the packet process could tell. See :class:`Block`."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the sweep is; sent at most ten times a second."""

    packets_sent: int
    packets_planned: int
    """An upper bound: silent addresses are asked more often."""
    alive: int
    eta_s: float


SweepEvent: TypeAlias = BlockDone | Progress


BindingName: TypeAlias = Literal["rate", "connects", "arp", "gateway", "lane"]


@dataclass(frozen=True, slots=True)
class Binding:
    """Which limit a sweep waits for."""

    limit: BindingName
    pps: float
    """What it allows: packets, connects, ARP requests or new addresses per second."""


@dataclass(frozen=True, slots=True)
class SweepForecast:
    """What ``--dry-run`` prints per block: nothing has been sent."""

    block: Block
    packets_min: int
    """Everything answers the first probe."""
    packets_max: int
    """Nothing answers anything."""
    bytes_max: int
    seconds_max: float
    binds: Binding


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


@dataclass(frozen=True, slots=True)
class SshLimits:
    """Bounds of one session."""

    connect_timeout_s: float = 10.0
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
