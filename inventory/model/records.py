"""Read-only views of records: what the engines, reports and doors get instead of database rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from inventory.model.values import IPAddress, IPNetwork, Mac

UNASSIGNED = "unassigned"
"""The code of the unit that gets what no port, point or prefix assigns."""


RECORDED = "recorded"
"""The option of a collection that says who brought which recordings in, and when."""


class Tier(StrEnum):
    """层级."""

    DISTRICT = "district"
    TOWN = "town"
    VILLAGE = "village"


class UnitType(StrEnum):
    """单位类别."""

    BUREAU = "bureau"
    INSTITUTION = "institution"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    CLINIC = "clinic"
    TOWN = "town"
    VILLAGE = "village"
    OTHER = "other"


class PointStatus(StrEnum):
    """The ladder of a point: planned → … → accepted."""

    PLANNED = "planned"
    CIRCUIT_OPEN = "circuit_open"
    DEVICE_ONLINE = "device_online"
    TESTED = "tested"
    FILED = "filed"
    ACCEPTED = "accepted"


class YesNoUnknown(StrEnum):
    """A statement a sheet may leave open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """What a prefix is for."""

    USER = "user"
    SERVER = "server"
    MANAGEMENT = "management"
    RETIRED = "retired"


class DeviceRole(StrEnum):
    """What a device does."""

    ROUTER = "router"
    CORE = "core"
    ACCESS = "access"
    OLT = "olt"
    UPS = "ups"
    PDU = "pdu"
    SENSOR = "sensor"
    OTHER = "other"


class ContactRole(StrEnum):
    """技术负责人, 备岗, 分管领导."""

    TECHNICAL_LEAD = "technical_lead"
    DEPUTY = "deputy"
    LEADER = "leader"


class Addressing(StrEnum):
    """How an endpoint gets its address."""

    STATIC = "static"
    DHCP = "dhcp"


class InternetUse(StrEnum):
    """是否同时接入互联网."""

    YES = "yes"
    NO = "no"
    SWITCHED = "switched"


class RegistrationState(StrEnum):
    """States of a filing."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    AMENDING = "amending"
    CANCELLED = "cancelled"


FILED_STATES = frozenset({RegistrationState.APPROVED, RegistrationState.AMENDING})
"""States in which an endpoint counts as filed."""


@dataclass(frozen=True, slots=True)
class UnitView:
    """单位: a legal organisation."""

    code: str
    name: str
    parent: str | None = None
    tier: Tier | None = None
    type: UnitType | None = None
    declared_endpoints: int | None = None


@dataclass(frozen=True, slots=True)
class PointView:
    """点位: one access line at one site."""

    code: str
    unit: str
    name: str
    tier: Tier | None = None
    nat: YesNoUnknown = YesNoUnknown.UNKNOWN
    status: PointStatus | None = None
    device: str | None = None
    """The device the line ends on at the office's side, and its port."""
    port: str | None = None
    address: str | None = None
    room: str | None = None
    carrier: str | None = None
    circuit: str | None = None
    bandwidth_mbps: int | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class PrefixView:
    """网段."""

    cidr: IPNetwork
    unit: str
    plane: str
    point: str | None = None
    vlan: int | None = None
    gateway: IPAddress | None = None
    purpose: Purpose = Purpose.USER
    dhcp: bool | None = None
    rate_limit: int | None = None
    """Packets per second that may be sent there at most."""
    quiet_hours: str | None = None
    """When nothing is sent there, local time: ``08:30-09:30,14:00-15:00``."""


@dataclass(frozen=True, slots=True)
class DeviceView:
    """网络设备."""

    name: str
    address: IPAddress
    role: DeviceRole
    platform: str | None = None
    point: str | None = None
    snmp_profile: str | None = None
    ssh_profile: str | None = None
    serial: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class ContactView:
    """A unit's responsible person. Name and phone are personal data: masked unless the door may show them."""

    unit: str
    name: str
    role: ContactRole | None = None
    phone: str | None = None
    email: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Leads(StrEnum):
    """What a person states about a port."""

    CORE = "core"
    """Towards the core: nothing is attached here."""
    DEVICE = "device"
    """To a network device, with a cable or over something unmanaged."""
    STATIONS = "stations"
    """To endpoints only, however it looks: an unmanaged switch, an access point, a telephone."""


class PortMatch(StrEnum):
    """Whether a port that people name is one that a device has."""

    FOUND = "found"
    NO_PORT = "no_port"
    """The device was read, and has no port of that name, or several."""
    UNREAD = "unread"
    """The device was never read."""


@dataclass(frozen=True, slots=True)
class StatementView:
    """What a person states about a port: it outranks everything that was inferred."""

    device: str
    port: str
    """As the device names it (ifName)."""
    leads: Leads
    other: str | None = None
    """The device at the far end, where one is stated, and its port."""
    other_port: str | None = None
    reason: str | None = None
    until: date | None = None
    """The last day it applies; None is for good."""

    def applies(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class ExclusionView:
    """Addresses nothing is sent to, in any plane, whatever a user names."""

    target: IPNetwork
    reason: str
    until: date | None = None
    """The last day it applies; None is for good."""

    def applies(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """备案: one filed network card."""

    id: int
    unit: str
    plane: str
    ip: IPAddress
    mac: Mac
    state: RegistrationState = RegistrationState.APPROVED
    point: str | None = None
    person: str | None = None
    phone: str | None = None
    device_type: str | None = None
    brand_model: str | None = None
    serial: str | None = None
    os: str | None = None
    location: str | None = None
    addressing: Addressing | None = None
    internet: InternetUse | None = None
    purpose: str | None = None
    in_service_since: date | None = None
    remark: str | None = None
    filed_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether the endpoint is filed by this registration."""
        return self.state in FILED_STATES


@dataclass(frozen=True, slots=True)
class Filed:
    """All records the engines compare with, as of one moment."""

    units: tuple[UnitView, ...] = ()
    points: tuple[PointView, ...] = ()
    prefixes: tuple[PrefixView, ...] = ()
    devices: tuple[DeviceView, ...] = ()
    exclusions: tuple[ExclusionView, ...] = ()
    registrations: tuple[RegistrationView, ...] = ()


class SweepOutcome(StrEnum):
    """How a sweep ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Stopped on request; it can be resumed."""


@dataclass(frozen=True, slots=True)
class SweepView:
    """One run of ``netaudit sweep`` or ``collect``."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    outcome: SweepOutcome | None
    """None while it runs, or when it was killed: it can be resumed."""
    scope: dict[str, object]
    """What was asked for, enough to go on with it."""
    options: dict[str, object]
    summary: dict[str, object]

    @property
    def recorded(self) -> bool:
        """Whether it was recorded elsewhere and brought in: its times are those of the recording, its number is not."""
        return RECORDED in self.options


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """A recording in the registry: whose, when it was recorded, who brought it in and when, as which collection."""

    device: str
    recorded_at: datetime
    imported_by: str
    imported_at: datetime
    collection: int
