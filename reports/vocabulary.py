"""The words people read for the values programs use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.cases import Action, Overdue, Role, Turn
from inventory.model.check import Check, CheckResult
from inventory.model.coverage import Completeness, ReadState
from inventory.model.coverage import Table as DeviceTable
from inventory.model.crosscheck import Difference
from inventory.model.disputes import DisputeKind, DisputeState
from inventory.model.dossiers import Keeper
from inventory.model.history import Certainty, Closing
from inventory.model.hostkeys import HostKeyState
from inventory.model.location import Verdict
from inventory.model.measurement import Quantity, SensorStatus
from inventory.model.nature import Nature
from inventory.model.observation import Absence, Confidence, Mismatch, Status, UnitReason, VisibilityGrade
from inventory.model.records import (
    Addressing,
    ContactRole,
    DeviceRole,
    InternetUse,
    Leads,
    PointStatus,
    PortMatch,
    Purpose,
    RegistrationState,
    SweepOutcome,
    Tier,
    UnitType,
    YesNoUnknown,
)
from inventory.model.requests import RequestState
from inventory.model.text import Text, text
from inventory.model.topology import LinkSource, NodeKind
from inventory.model.typehints import Kind
from reports.document import Tone

if TYPE_CHECKING:
    from enum import StrEnum

YES: Final = text("yes")
NO: Final = text("no")
UNKNOWN: Final = text("unknown")
NOT_VERIFIABLE: Final = text("not verifiable")

_WORDS: Final[dict[type[StrEnum], dict[str, Text]]] = {
    Verdict: {
        Verdict.EXACT: text("exact"),
        Verdict.BOUNDED: text("behind it"),
        Verdict.AMBIGUOUS: text("several"),
        Verdict.L3_ONLY: text("no port"),
        Verdict.PROBE_ONLY: text("probe only"),
    },
    NodeKind: {
        NodeKind.READ: text("read"),
        NodeKind.UNREAD: text("not read"),
        NodeKind.STRANGER: text("not registered"),
        NodeKind.SEGMENT: text("something unmanaged"),
    },
    LinkSource: {
        LinkSource.MANUAL: text("filed"),
        LinkSource.LLDP_BOTH: text("LLDP, both ends"),
        LinkSource.LLDP_ONE: text("LLDP, one end"),
        LinkSource.CDP: text("CDP"),
        LinkSource.STP: text("spanning tree"),
        LinkSource.IDENTITY: text("MAC learned"),
        LinkSource.OVERLAP: text("shared stations"),
    },
    Closing: {
        Closing.MOVED: text("seen elsewhere"),
        Closing.MISSED: text("missing from several complete reads"),
        Closing.GONE: text("probes, gateway and switch all missed it"),
        Closing.NEARER: text("a nearer switch holds it"),
        Closing.TAKEN: text("another card has the address"),
        Closing.IDENTIFIED: text("its card is known now"),
    },
    Certainty: {
        Certainty.PROVEN: text("proven: rows before and after"),
        Certainty.LAST_KNOWN: text("last known: nothing read after it says so"),
    },
    Confidence: {Confidence.CONFIRMED: text("confirmed"), Confidence.SINGLE: text("one source")},
    UnitReason: {
        UnitReason.EXACT_PORT: text("its port"),
        UnitReason.BOUNDED_PORT: text("port before it"),
        UnitReason.PREFIX: text("its prefix"),
        UnitReason.NOTHING: text("nothing"),
    },
    Status: {
        Status.REGISTERED: text("registered"),
        Status.UNREGISTERED: text("unregistered"),
        Status.MISMATCH: text("mismatch"),
        Status.VIRTUAL: text("shared address"),
    },
    Nature: {
        Nature.CLUSTER: text("load-balancing cluster"),
        Nature.CLUSTER_HOST: text("host of a cluster"),
        Nature.PROXY: text("answers for others"),
        Nature.VIRTUAL: text("virtual machine or container"),
        Nature.LOCAL: text("random or set by hand"),
    },
    Kind: {
        Kind.COMPUTER: text("perhaps a computer"),
        Kind.VIRTUAL_MACHINE: text("perhaps a virtual machine"),
        Kind.PRINTER: text("perhaps a printer"),
        Kind.CAMERA: text("perhaps a camera"),
        Kind.TELEPHONE: text("perhaps an IP telephone"),
        Kind.STORAGE: text("perhaps network storage"),
        Kind.NETWORK: text("perhaps a router, switch or access point"),
    },
    Mismatch: {
        Mismatch.IP: text("IP"),
        Mismatch.MAC: text("MAC"),
        Mismatch.UNIT: text("unit"),
        Mismatch.PORT: text("port"),
    },
    Absence: {Absence.NOT_SEEN: text("not seen"), Absence.NOT_ASSESSED: text("cannot be assessed")},
    Tier: {
        Tier.DISTRICT: text("district"),
        Tier.TOWN: text("town or sub-district"),
        Tier.VILLAGE: text("village or community"),
    },
    UnitType: {
        UnitType.BUREAU: text("bureau"),
        UnitType.INSTITUTION: text("public institution"),
        UnitType.SCHOOL: text("school"),
        UnitType.KINDERGARTEN: text("kindergarten"),
        UnitType.CLINIC: text("vaccination clinic"),
        UnitType.TOWN: text("town or sub-district"),
        UnitType.VILLAGE: text("village or community"),
        UnitType.OTHER: text("other"),
    },
    Leads: {
        Leads.CORE: text("towards the core"),
        Leads.DEVICE: text("to a network device"),
        Leads.STATIONS: text("to endpoints only"),
    },
    PortMatch: {
        PortMatch.FOUND: text("there"),
        PortMatch.NO_PORT: text("no such port"),
        PortMatch.UNREAD: text("device never read"),
    },
    PointStatus: {
        PointStatus.PLANNED: text("planned"),
        PointStatus.CIRCUIT_OPEN: text("circuit open"),
        PointStatus.DEVICE_ONLINE: text("device online"),
        PointStatus.TESTED: text("tested"),
        PointStatus.FILED: text("filed"),
        PointStatus.ACCEPTED: text("accepted"),
    },
    YesNoUnknown: {YesNoUnknown.YES: YES, YesNoUnknown.NO: NO, YesNoUnknown.UNKNOWN: UNKNOWN},
    Purpose: {
        Purpose.USER: text("users"),
        Purpose.SERVER: text("servers"),
        Purpose.MANAGEMENT: text("management"),
        Purpose.RETIRED: text("retired"),
    },
    DeviceRole: {
        DeviceRole.ROUTER: text("router"),
        DeviceRole.CORE: text("core switch"),
        DeviceRole.ACCESS: text("access switch"),
        DeviceRole.OLT: text("OLT"),
        DeviceRole.UPS: text("UPS"),
        DeviceRole.PDU: text("PDU"),
        DeviceRole.SENSOR: text("sensor"),
        DeviceRole.OTHER: text("other"),
    },
    ContactRole: {
        ContactRole.TECHNICAL_LEAD: text("technical contact"),
        ContactRole.DEPUTY: text("deputy"),
        ContactRole.LEADER: text("unit leader"),
    },
    Addressing: {Addressing.STATIC: text("static"), Addressing.DHCP: text("DHCP")},
    InternetUse: {InternetUse.YES: YES, InternetUse.NO: NO, InternetUse.SWITCHED: text("switched")},
    RegistrationState: {
        RegistrationState.DRAFT: text("draft"),
        RegistrationState.SUBMITTED: text("submitted"),
        RegistrationState.RETURNED: text("returned"),
        RegistrationState.APPROVED: text("filed"),
        RegistrationState.AMENDING: text("being amended"),
        RegistrationState.CANCELLED: text("cancelled"),
    },
    Action: {
        Action.FILE: text("recorded"),
        Action.EDIT: text("edited"),
        Action.SUBMIT: text("submitted"),
        Action.WITHDRAW: text("withdrawn"),
        Action.APPROVE: text("reviewed and filed"),
        Action.RETURN: text("returned"),
        Action.AMEND: text("amended"),
        Action.CANCEL: text("cancelled"),
        Action.RECONFIRM: text("confirmed again"),
        Action.HANDOVER: text("handed over"),
    },
    Turn: {Turn.CONTACT: text("the unit"), Turn.OFFICE: text("the office"), Turn.NOBODY: text("nobody")},
    Overdue: {
        Overdue.REVIEW: text("review"),
        Overdue.CORRECTION: text("correction"),
        Overdue.RECONFIRMATION: text("confirmation"),
    },
    DisputeKind: {
        DisputeKind.NOT_OURS: text("not ours"),
        DisputeKind.MOVED: text("moved to another unit"),
        DisputeKind.REMOVED: text("unplugged"),
        DisputeKind.MISTAKEN: text("no such endpoint"),
    },
    Keeper: {
        Keeper.UNIT: text("the unit"),
        Keeper.OFFICE: text("the network office"),
        Keeper.CARRIER: text("the carrier"),
    },
    RequestState: {
        RequestState.HELD: text("address held"),
        RequestState.APPROVED: text("filed"),
        RequestState.RETURNED: text("returned"),
        RequestState.WITHDRAWN: text("withdrawn"),
        RequestState.EXPIRED: text("expired"),
    },
    DisputeState: {
        DisputeState.OPEN: text("open"),
        DisputeState.ACCEPTED: text("agreed"),
        DisputeState.REJECTED: text("rejected"),
    },
    Role: {
        Role.ADMIN: text("administrator"),
        Role.REVIEWER: text("reviewer"),
        Role.CONTACT: text("unit contact"),
        Role.MIGRATION: text("migration team"),
        Role.AUDITOR: text("auditor"),
    },
    HostKeyState: {
        HostKeyState.RECORDED: text("recorded"),
        HostKeyState.APPROVED: text("approved"),
        HostKeyState.OFFERED: text("not believed"),
    },
    Completeness: {
        Completeness.COMPLETE: text("complete"),
        Completeness.TRUNCATED: text("cut short"),
        Completeness.CHANGED: text("changed while it was read"),
        Completeness.REFUSED: text("refused"),
        Completeness.TIMED_OUT: text("no answer"),
        Completeness.UNSUPPORTED: text("not available"),
        Completeness.FAILED: text("not understood"),
    },
    DeviceTable: {
        DeviceTable.SYSTEM: text("system"),
        DeviceTable.INTERFACES: text("interfaces"),
        DeviceTable.ADDRESSES: text("own addresses"),
        DeviceTable.ARP: text("ARP/ND table"),
        DeviceTable.FDB: text("MAC table"),
        DeviceTable.LLDP: text("LLDP neighbours"),
        DeviceTable.SENSORS: text("sensors"),
    },
    Quantity: {
        Quantity.VOLTAGE: text("voltage"),
        Quantity.CURRENT: text("current"),
        Quantity.ACTIVE_POWER: text("power"),
        Quantity.APPARENT_POWER: text("apparent power"),
        Quantity.FREQUENCY: text("frequency"),
        Quantity.TEMPERATURE: text("temperature"),
        Quantity.HUMIDITY: text("humidity"),
        Quantity.ROTATION: text("fan speed"),
        Quantity.AIRFLOW: text("airflow"),
        Quantity.CHARGE: text("charge"),
        Quantity.LOAD: text("load"),
        Quantity.RUNTIME: text("runtime"),
        Quantity.ON_BATTERY: text("time on battery"),
        Quantity.COUNT: text("count"),
        Quantity.STATE: text("state"),
        Quantity.OTHER: text("other"),
    },
    SensorStatus: {
        SensorStatus.OK: text("ok"),
        SensorStatus.WARNING: text("warning"),
        SensorStatus.CRITICAL: text("critical"),
        SensorStatus.UNAVAILABLE: text("not measured"),
        SensorStatus.UNKNOWN: text("not judged"),
    },
    Check: {
        Check.TELNET: text("telnet"),
        Check.PUBLIC_COMMUNITY: text("community public"),
        Check.CLOCK: text("clock"),
        Check.FORWARDING_SPACE: text("room in the MAC table"),
        Check.DISCOVERY: text("LLDP"),
        Check.SOFTWARE: text("software"),
        Check.SSH_ALGORITHMS: text("SSH algorithms"),
        Check.HOST_KEY: text("SSH host key"),
    },
    Difference: {
        Difference.PORT: text("port"),
        Difference.VLAN: text("VLAN"),
        Difference.MAC: text("MAC"),
        Difference.MISSING: text("rows missing"),
    },
    CheckResult: {
        CheckResult.GOOD: text("good"),
        CheckResult.ATTENTION: text("look at it"),
        CheckResult.NOT_ASSESSED: text("cannot be assessed"),
    },
    ReadState: {
        ReadState.COMPLETE: text("complete"),
        ReadState.PARTIAL: text("in part"),
        ReadState.UNREAD: text("not read"),
    },
    SweepOutcome: {
        SweepOutcome.COMPLETE: text("complete"),
        SweepOutcome.PARTIAL: text("partial"),
        SweepOutcome.FAILED: text("failed"),
        SweepOutcome.INTERRUPTED: text("interrupted"),
    },
}

_TONES: Final[dict[StrEnum, Tone]] = {
    Verdict.EXACT: Tone.GOOD,
    Verdict.BOUNDED: Tone.WARN,
    Verdict.AMBIGUOUS: Tone.WARN,
    Verdict.L3_ONLY: Tone.MUTED,
    Verdict.PROBE_ONLY: Tone.MUTED,
    Certainty.PROVEN: Tone.GOOD,
    Certainty.LAST_KNOWN: Tone.WARN,
    VisibilityGrade.A: Tone.GOOD,
    VisibilityGrade.B: Tone.GOOD,
    VisibilityGrade.C: Tone.WARN,
    VisibilityGrade.D: Tone.BAD,
    VisibilityGrade.E: Tone.BAD,
    Status.REGISTERED: Tone.GOOD,
    Status.UNREGISTERED: Tone.BAD,
    Status.MISMATCH: Tone.WARN,
    Status.VIRTUAL: Tone.MUTED,
    Absence.NOT_ASSESSED: Tone.MUTED,
    Completeness.COMPLETE: Tone.GOOD,
    Completeness.TRUNCATED: Tone.WARN,
    Completeness.CHANGED: Tone.WARN,
    Completeness.REFUSED: Tone.BAD,
    Completeness.TIMED_OUT: Tone.BAD,
    Completeness.UNSUPPORTED: Tone.MUTED,
    SensorStatus.OK: Tone.GOOD,
    SensorStatus.WARNING: Tone.WARN,
    SensorStatus.CRITICAL: Tone.BAD,
    SensorStatus.UNAVAILABLE: Tone.MUTED,
    CheckResult.GOOD: Tone.GOOD,
    CheckResult.ATTENTION: Tone.WARN,
    CheckResult.NOT_ASSESSED: Tone.MUTED,
    Completeness.FAILED: Tone.BAD,
    HostKeyState.RECORDED: Tone.WARN,
    HostKeyState.APPROVED: Tone.GOOD,
    HostKeyState.OFFERED: Tone.BAD,
    ReadState.COMPLETE: Tone.GOOD,
    ReadState.PARTIAL: Tone.WARN,
    ReadState.UNREAD: Tone.BAD,
    SweepOutcome.COMPLETE: Tone.GOOD,
    SweepOutcome.PARTIAL: Tone.WARN,
    SweepOutcome.FAILED: Tone.BAD,
    SweepOutcome.INTERRUPTED: Tone.WARN,
}


def word(value: StrEnum) -> Text | None:
    """Return the word people read for a value; None where the value is its own word (grade A)."""
    return _WORDS.get(type(value), {}).get(value)


def tone(value: object) -> Tone | None:
    """Return how urgent a value is on its own."""
    return next((found for known, found in _TONES.items() if known is value), None)
