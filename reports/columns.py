"""Every column a report may have, defined once for terminal, sheet, page, letter, csv and portal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from inventory.model.text import text

if TYPE_CHECKING:
    from inventory.model.text import Text


class Kind(StrEnum):
    """What a column's cells are, which decides alignment, number format and whether a line may break."""

    TEXT = "text"
    WORD = "word"
    """A value out of a small vocabulary."""
    INT = "int"
    RATE = "rate"
    IP = "ip"
    MAC = "mac"
    CODE = "code"
    """An identifier, phone or serial number: text even where it looks like a number."""
    TIME = "time"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its stable key, its heading, and how much room it wants."""

    key: str
    title: Text
    kind: Kind = Kind.TEXT
    width: int = 14
    """Preferred width in half-width characters; longer cells break into lines where the kind allows."""
    priority: int = 0
    """0 is always shown; where room is short, the highest number goes first."""
    beneath: bool = False
    """Shown under its row where rows are lines of text, as a column elsewhere."""
    note: Text | None = None

    @property
    def align(self) -> Literal["left", "right"]:
        """Numbers to the right, all else to the left."""
        return "right" if self.kind in {Kind.INT, Kind.RATE} else "left"

    @property
    def breaks(self) -> bool:
        """Whether its cells may break into several lines."""
        return self.kind in {Kind.TEXT, Kind.WORD}


# ---------------------------------------------------------------- units
UNIT: Final = Column("unit", text("Unit code"), Kind.CODE, 14)
UNIT_NAME: Final = Column("unit_name", text("Unit"), width=26)
TIER: Final = Column("tier", text("Tier"), Kind.WORD, 10, priority=5)
TYPE: Final = Column("type", text("Unit type"), Kind.WORD, 14, priority=6)
PARENT: Final = Column("parent", text("Parent unit"), Kind.CODE, 14, priority=5)
GRADE: Final = Column(
    "visibility_grade",
    text("Grade"),
    Kind.WORD,
    6,
    note=text("A, B, C: how much of the unit's network can be seen. D, E: its numbers cannot be verified."),
)
GRADE_BECAUSE: Final = Column("grade_because", text("Grade because"), width=36, priority=9)
DECLARED: Final = Column("declared", text("Declared"), Kind.INT, 9, priority=4)
FILED: Final = Column("filed", text("Filed"), Kind.INT, 7, priority=3)
OBSERVED: Final = Column("observed", text("Observed"), Kind.INT, 9)
REGISTERED_OBSERVED: Final = Column("registered_observed", text("Registered"), Kind.INT, 11, priority=1)
UNREGISTERED: Final = Column("unregistered", text("Unregistered"), Kind.INT, 13)
MISMATCHED: Final = Column("mismatched", text("Mismatch"), Kind.INT, 9, priority=4)
NOT_SEEN: Final = Column("not_seen", text("Not seen"), Kind.INT, 9, priority=6)
RATE: Final = Column(
    "registration_rate",
    text("Rate"),
    Kind.RATE,
    14,
    note=text("Registered ÷ observed, rounded half up to 0.01 %."),
)
RATE_NUMERATOR: Final = Column("rate_numerator", text("Counted registered"), Kind.INT, 11, priority=2)
RATE_DENOMINATOR: Final = Column("rate_denominator", text("Counted observed"), Kind.INT, 9, priority=2)
UNITS: Final = Column("units", text("Unit count"), Kind.INT, 6)
UNVERIFIED_UNITS: Final = Column("units_not_verifiable", text("Not verifiable"), Kind.INT, 14, priority=2)

# ---------------------------------------------------------------- endpoints
IP: Final = Column("ip", text("IP address"), Kind.IP, 15)
MAC: Final = Column("mac", text("MAC address"), Kind.MAC, 17)
PLANE: Final = Column("plane", text("Network plane"), Kind.CODE, 10, priority=9)
VENDOR: Final = Column("vendor", text("Vendor"), width=22, priority=6)
LOOKS_LIKE: Final = Column("looks_like", text("Looks like"), width=24, priority=7, beneath=True)
VERDICT: Final = Column("verdict", text("Place is"), Kind.WORD, 10, priority=1)
DEVICE: Final = Column("device", text("Device"), Kind.TEXT, 18)
PORT: Final = Column("port", text("Port"), Kind.TEXT, 22)
VLAN: Final = Column("vlan", text("VLAN"), Kind.INT, 5, priority=5)
POINT: Final = Column("point", text("Point"), Kind.CODE, 12, priority=3)
UNIT_REASON: Final = Column("unit_reason", text("Counted here by"), Kind.WORD, 14, priority=7)
FIRST_SEEN: Final = Column("first_seen", text("First seen"), Kind.TIME, 16, priority=8)
LAST_SEEN: Final = Column("last_seen", text("Last seen"), Kind.TIME, 16, priority=4)
SINCE_SEEN: Final = Column("since", text("Since"), Kind.TIME, 16)
ENDED: Final = Column("ended", text("Not there from"), Kind.TIME, 16)
CLOSING: Final = Column("closing", text("Ended because"), Kind.WORD, 18, priority=2)
SEEN_IN: Final = Column("sweeps", text("Sweeps"), Kind.INT, 7, priority=3)
OPENED_BY: Final = Column("opened", text("Opened by"), width=60, priority=8, beneath=True)
LATEST_BY: Final = Column("latest", text("Last confirmed by"), width=60, priority=9, beneath=True)
ABOVE_BY: Final = Column("above", text("Known less exactly by"), width=60, priority=9, beneath=True)
CLOSED_BY: Final = Column("closed", text("Closed by"), width=60, priority=8, beneath=True)
CERTAINTY: Final = Column("certainty", text("Certainty"), Kind.WORD, 14)
CONFIDENCE: Final = Column("confidence", text("Confidence"), Kind.WORD, 12, priority=2)
PROOF: Final = Column("proof", text("Evidence"), width=60, priority=9, beneath=True)
STATUS: Final = Column("status", text("Result"), Kind.WORD, 14)

# ---------------------------------------------------------------- filings
FILED_IP: Final = Column("filed_ip", text("Filed IP"), Kind.IP, 15)
FILED_MAC: Final = Column("filed_mac", text("Filed MAC"), Kind.MAC, 17)
FILED_UNIT: Final = Column("filed_unit", text("Filed under"), Kind.CODE, 14, priority=3)
DIFFERS: Final = Column("differs", text("Differs in"), Kind.WORD, 11)
ABSENCE: Final = Column("absence", text("Seen"), Kind.WORD, 14)
BECAUSE: Final = Column("because", text("Because"), width=40, priority=5, beneath=True)
PERSON: Final = Column("person", text("User"), width=12, priority=2)
PHONE: Final = Column("phone", text("Phone"), Kind.CODE, 13, priority=4)
DEVICE_TYPE: Final = Column("device_type", text("Device type"), width=14, priority=4)
BRAND_MODEL: Final = Column("brand_model", text("Brand and model"), width=18, priority=8)
SERIAL: Final = Column("serial", text("Serial number"), Kind.CODE, 16, priority=8)
OS: Final = Column("os", text("Operating system"), width=14, priority=8)
PLACE_TEXT: Final = Column("location", text("Location"), width=18, priority=6)
ADDRESSING: Final = Column("addressing", text("Addressing"), Kind.WORD, 11, priority=8)
INTERNET: Final = Column("internet", text("Also on the Internet"), Kind.WORD, 10, priority=7)
USE: Final = Column("purpose", text("Purpose"), width=14, priority=8)
SINCE: Final = Column("in_service_since", text("In service since"), Kind.DATE, 11, priority=8)
REMARK: Final = Column("remark", text("Remark"), width=20, priority=9)
STATE: Final = Column("state", text("State"), Kind.WORD, 10)
NUMBER: Final = Column("id", text("No."), Kind.INT, 6)
FILING_NUMBER: Final = Column("number", text("Filing number"), Kind.CODE, 12, priority=1)
TURN: Final = Column("turn", text("Waits for"), Kind.WORD, 10, priority=2)
DUE: Final = Column("due_at", text("Due"), Kind.DATE, 11, priority=3)
OVERDUE: Final = Column("overdue", text("Overdue"), Kind.WORD, 12, priority=3)
WORD_OF: Final = Column("reason", text("Reason"), width=24, priority=5)
FILED_AT: Final = Column("filed_at", text("Filed at"), Kind.TIME, 16, priority=7)

# ---------------------------------------------------------------- records
CODE: Final = Column("code", text("Code"), Kind.CODE, 14)
NAME: Final = Column("name", text("Name"), width=26)
DECLARED_ENDPOINTS: Final = Column("declared_endpoints", text("Declared endpoints"), Kind.INT, 10, priority=2)
NAT: Final = Column("nat", text("NAT"), Kind.WORD, 8, priority=3)
POINT_STATUS: Final = Column("status", text("Status"), Kind.WORD, 14, priority=2)
ADDRESS_TEXT: Final = Column("address", text("Address"), width=26, priority=6)
ROOM: Final = Column("room", text("Room"), width=12, priority=7)
CARRIER: Final = Column("carrier", text("Carrier"), width=10, priority=7)
CIRCUIT: Final = Column("circuit", text("Circuit"), Kind.CODE, 14, priority=8)
BANDWIDTH: Final = Column("bandwidth_mbps", text("Bandwidth Mbit/s"), Kind.INT, 10, priority=8)
PROJECT: Final = Column("project", text("Project"), width=16, priority=9)
CIDR: Final = Column("cidr", text("Prefix"), Kind.IP, 18)
GATEWAY: Final = Column("gateway", text("Gateway"), Kind.IP, 15, priority=3)
PREFIX_PURPOSE: Final = Column("purpose", text("Purpose"), Kind.WORD, 11, priority=4)
DHCP: Final = Column("dhcp", text("DHCP"), Kind.WORD, 6, priority=5)
RATE_LIMIT: Final = Column("rate_limit", text("Packets per second"), Kind.INT, 9, priority=7)
QUIET_HOURS: Final = Column("quiet_hours", text("Quiet hours"), Kind.CODE, 14, priority=7)
EXCLUDED: Final = Column("target", text("Address or network"), Kind.IP, 20)
UNTIL: Final = Column("until", text("Until"), Kind.DATE, 11, priority=1)
LEADS: Final = Column("leads", text("Leads"), Kind.WORD, 16)
FAR_DEVICE: Final = Column("other", text("Other device"), width=16, priority=1)
FAR_PORT: Final = Column("other_port", text("Other port"), width=20, priority=2)
APPLIES: Final = Column("applies", text("Applies"), Kind.WORD, 8)
PORT_MATCH: Final = Column("port_match", text("Port as read"), Kind.WORD, 14)
NEAREST: Final = Column("nearest", text("Nearest names"), width=24, priority=1)
DEVICE_ADDRESS: Final = Column("address", text("Address"), Kind.IP, 15)
PLATFORM: Final = Column("platform", text("Platform"), Kind.CODE, 14, priority=3)
ROLE: Final = Column("role", text("Role"), Kind.WORD, 14, priority=1)
SNMP_PROFILE: Final = Column("snmp_profile", text("SNMP profile"), Kind.CODE, 13, priority=5)
SSH_PROFILE: Final = Column("ssh_profile", text("SSH profile"), Kind.CODE, 13, priority=6)
MODEL: Final = Column("model", text("Model"), width=16, priority=7)
EMAIL: Final = Column("email", text("E-mail"), Kind.CODE, 22, priority=5)
VALID_FROM: Final = Column("valid_from", text("Valid from"), Kind.DATE, 11, priority=6)
VALID_TO: Final = Column("valid_to", text("Valid to"), Kind.DATE, 11, priority=6)

# ---------------------------------------------------------------- coverage
TABLE: Final = Column("table", text("Table"), Kind.WORD, 12)
COMPLETENESS: Final = Column("completeness", text("Read"), Kind.WORD, 14)
READ: Final = Column("read", text("Read"), Kind.WORD, 14)
REASON: Final = Column("reason", text("Reason"), width=34)
ROWS: Final = Column("rows", text("Rows"), Kind.INT, 7, priority=3)
REJECTED: Final = Column("rejected", text("Rejected"), Kind.INT, 9, priority=4)
SOURCE: Final = Column("source", text("Source"), Kind.CODE, 8, priority=6)
READ_AT: Final = Column("at", text("Read at"), Kind.TIME, 16, priority=5)
ASKED: Final = Column("asked", text("Addresses probed"), Kind.INT, 10)
ALIVE: Final = Column("alive", text("Answered"), Kind.INT, 9)
LIMITS: Final = Column("limits", text("Could not be done"), Kind.WORD, 30, priority=1)
ITEM: Final = Column("item", text("Item"), width=34)
COUNT: Final = Column("count", text("Count"), Kind.INT, 10)
OUT_OF: Final = Column("out_of", text("Of"), Kind.INT, 10)
WHAT: Final = Column("what", text("What"), width=30)
WHY: Final = Column("why", text("Why"), width=44)
STEP: Final = Column("step", text("Step"), width=24)

# ---------------------------------------------------------------- history
AT: Final = Column("at", text("Time"), Kind.TIME, 16)
ACTION: Final = Column("action", text("Step"), Kind.WORD, 12)
ACTOR: Final = Column("actor", text("By"), Kind.CODE, 12)
CHANGED: Final = Column("changed", text("Changed"), width=24)

RECORDED_AT: Final = Column("recorded_at", text("Recorded at"), Kind.TIME, 16)
IMPORTED_BY: Final = Column("imported_by", text("Brought in by"), Kind.CODE, 14)
IMPORTED_AT: Final = Column("imported_at", text("Brought in at"), Kind.TIME, 16)
COLLECTION: Final = Column("collection", text("Collection"), Kind.INT, 10, priority=2)
FOLDER: Final = Column("folder", text("Folder"), width=24, priority=5)

COMPARED: Final = Column("compared", text("Compared"), Kind.INT, 9)
AGREED: Final = Column("agreed", text("Agree"), Kind.INT, 7)
ONLY_SNMP: Final = Column("only_snmp", text("Only SNMP"), Kind.INT, 9)
ONLY_SSH: Final = Column("only_ssh", text("Only SSH"), Kind.INT, 9)
DISAGREE: Final = Column("disagreements", text("Disagree"), Kind.INT, 9)
APART: Final = Column("apart_s", text("Seconds apart"), Kind.INT, 9, priority=3)
DIFFERENCE: Final = Column("difference", text("Differs in"), Kind.WORD, 11)
SUBJECT: Final = Column("subject", text("Of"), Kind.CODE, 22)
BY_SNMP: Final = Column("snmp", text("By SNMP"), width=24)
BY_SSH: Final = Column("ssh", text("By SSH"), width=24)

# ---------------------------------------------------------------- devices
SOFTWARE: Final = Column("software", text("Software"), width=18, priority=2)
READ_BY: Final = Column("read_by", text("Read by"), width=18)
NEEDS_LOOK: Final = Column("needs_look", text("Needs a look"), Kind.WORD, 20)
CHECK: Final = Column("check", text("Check"), Kind.WORD, 16)
RESULT: Final = Column("result", text("Found"), Kind.WORD, 12)
SAID: Final = Column("evidence", text("Evidence"), width=46)
LOOKED_AT: Final = Column("at", text("Looked at"), Kind.TIME, 16, priority=3)
SENSOR: Final = Column("sensor", text("Sensor"), width=20)
QUANTITY: Final = Column("quantity", text("Quantity"), Kind.WORD, 14)
VALUE: Final = Column("value", text("Value"), width=12)
OBJECT: Final = Column("object", text("Object"), Kind.CODE, 28, priority=7)
REMARK_OF: Final = Column("remark", text("Remark"), width=30, priority=4)
# ---------------------------------------------------------------- topology
OTHER_DEVICE: Final = Column("other_device", text("Other device"), Kind.TEXT, 18)
OTHER_PORT: Final = Column("other_port", text("Its port"), Kind.TEXT, 22)
LINK_SOURCES: Final = Column("sources", text("Known by"), Kind.WORD, 16)
LINK_PROOF: Final = Column("proof", text("Evidence"), width=60, priority=9, beneath=True)
NODE_KIND: Final = Column("kind", text("State"), Kind.WORD, 14)
ENDPOINTS: Final = Column("endpoints", text("Endpoints"), Kind.INT, 9)
PORTS_USED: Final = Column("ports", text("Ports with endpoints"), Kind.INT, 9, priority=3)
ENDPOINTS_BEHIND: Final = Column("behind", text("Somewhere behind it"), Kind.INT, 9, priority=4)
BUSIEST: Final = Column("busiest", text("Busiest ports"), width=26, priority=2)
LEFT_OUT_BELOW: Final = Column("left_out", text("Not shown below it"), Kind.INT, 9, priority=5)
WHY_DROPPED: Final = Column("why", text("Left out because"), width=34)
ROWS_TOLD: Final = Column("rows", text("Rows"), Kind.INT, 8)
LINKS_KNOWN: Final = Column("links", text("Links it speaks for"), Kind.INT, 9)
ROWS_DROPPED: Final = Column("dropped", text("Rows left out"), Kind.INT, 9)
BEGINS: Final = Column("begins", text("Begins here"), Kind.WORD, 8)
GROUNDS: Final = Column("grounds", text("What speaks for it"), width=60)

# ---------------------------------------------------------------- forecast
ADDRESSES: Final = Column("addresses", text("Addresses"), Kind.INT, 10)
PACKETS: Final = Column("packets", text("Packets"), width=22)
SECONDS: Final = Column("seconds", text("Seconds"), width=16)
SECONDS_ALONE: Final = Column("seconds", text("Seconds, alone"), width=16)
PACKETS_MIN: Final = Column("packets_min", text("Packets, fewest"), Kind.INT, 9, priority=3)
PACKETS_USUAL: Final = Column("packets_usual", text("Packets, usual"), Kind.INT, 9)
PACKETS_MAX: Final = Column("packets_max", text("Packets, most"), Kind.INT, 9, priority=5)
BYTES_MAX: Final = Column("bytes_max", text("Bytes, most"), Kind.INT, 11, priority=2)
SECONDS_MIN: Final = Column("seconds_min", text("Seconds, fewest"), Kind.INT, 9, priority=4)
SECONDS_USUAL: Final = Column("seconds_usual", text("Seconds, usual"), Kind.INT, 9)
BOUND_BY: Final = Column("limit", text("Held by"), width=26)
SECONDS_MAX: Final = Column("seconds_max", text("Seconds, most"), Kind.INT, 9, priority=1)
