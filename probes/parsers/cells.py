"""What the words in a row of text mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from inventory.model.facts import ArpKind, FdbStatus, Identifier, IdentifierKind
from inventory.model.values import IPAddress, Mac

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from probes.parsers.names import Ports
    from probes.parsers.templates import Row
    from probes.platforms.cli import Cli

_NOTHING: Final = frozenset({"", "-", "--", "---", "n/a", "na", "null", "none", "not received"})
_VLAN: Final = re.compile(r"(?:vlan[ -]?(?:id)?\s*)?(\d{1,4})(?:/.*)?", re.IGNORECASE)
_LARGEST_VLAN: Final = 4094
_UP: Final = frozenset({"up", "connected", "linkup", "link up", "monitoring", "active"})
_WANTED: Final = {"yes": True, "no": False}
_ADMIN_DOWN: Final = ("*down", "adm", "disabled", "disable", "shutdown")
_SUBTYPES: Final = (
    ("mac", IdentifierKind.MAC),
    ("alias", IdentifierKind.INTERFACE_ALIAS),
    ("interface", IdentifierKind.INTERFACE_NAME),
    ("ifname", IdentifierKind.INTERFACE_NAME),
    ("network", IdentifierKind.IP),
    ("component", IdentifierKind.COMPONENT),
    ("circuit", IdentifierKind.AGENT_CIRCUIT),
    ("local", IdentifierKind.LOCAL),
)
"""Words in how a command names lldpChassisIdSubtype and lldpPortIdSubtype."""


@dataclass(frozen=True, slots=True)
class Context:
    """Whose output it is."""

    device: str
    plane: str
    at: datetime
    command: str
    cli: Cli
    ports: Ports
    vpns: Mapping[int, str] = field(default_factory=dict)
    """Interface → the VPN it belongs to, where the device told."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, read by our names of its values."""

    row: Row
    fields: Mapping[str, str]

    def word(self, name: str) -> str | None:
        """Return a value; None where it is absent, empty or a dash."""
        value = self.row.get(self.fields.get(name, name))
        if isinstance(value, list):
            value = value[0] if value else None
        if value is None or value.strip().lower() in _NOTHING:
            return None
        return value.strip()

    def words(self, name: str) -> list[str]:
        """Return the values of a list."""
        value = self.row.get(self.fields.get(name, name)) or []
        several = value if isinstance(value, list) else [value]
        return [one.strip() for one in several if one.strip().lower() not in _NOTHING]

    def joined(self, name: str) -> str | None:
        """Return a value that may go on in the next lines of its column."""
        return "".join(self.words(name)) or None

    def mac(self, name: str) -> Mac | None:
        """Return a MAC address; None for anything else."""
        try:
            return Mac.parse(self.word(name) or "")
        except ValueError:
            return None

    def ip(self, name: str) -> IPAddress | None:
        """Return an address without its zone and prefix; None for anything else."""
        try:
            return ip_address((self.word(name) or "").partition("/")[0].partition("%")[0])
        except ValueError:
            return None

    def vlan(self, name: str) -> int | None:
        """Return a VLAN number, an inner one behind a slash left away."""
        found = _VLAN.fullmatch(self.word(name) or "")
        number = int(found[1]) if found else 0
        return number if 0 < number <= _LARGEST_VLAN else None


def oper_up(written: str | None) -> bool | None:
    """Return what a link column says."""
    return None if written is None else written.lower().partition("(")[0].strip() in _UP


def admin_up(written: str | None) -> bool | None:
    """Return what a column says of the administrator's will: a link that is up was wanted, one that is down may be."""
    if written is None:
        return None
    plain = written.lower()
    if plain in _WANTED:
        return _WANTED[plain]
    if "administratively" in plain or plain.startswith(_ADMIN_DOWN) or "admin" in plain:
        return False
    return True if oper_up(written) else None


def fdb_status(written: str | None) -> FdbStatus:
    """Return how a station came into the table."""
    plain = (written or "").lower()
    if any(word in plain for word in ("dynamic", "learn", "sticky", "secur", "authen", "auto", "dyn")):
        return FdbStatus.LEARNED
    if any(word in plain for word in ("self", "cpu", "system", "local", "internal", "interface")):
        return FdbStatus.SELF
    if any(word in plain for word in ("static", "config", "mgmt", "management", "perman", "mux")):
        return FdbStatus.MGMT
    return FdbStatus.LEARNED if plain in {"d", "l"} else FdbStatus.OTHER


def arp_kind(written: str | None) -> ArpKind:
    """Return how an address came to its MAC."""
    plain = (written or "").lower()
    if plain.startswith(("d", "arpa", "reach", "stale", "delay", "probe")):
        return ArpKind.DYNAMIC
    if plain.startswith(("i", "l", "h")):
        return ArpKind.LOCAL
    return ArpKind.STATIC if plain.startswith(("s", "p")) else ArpKind.OTHER


def identifier(subtype: str | None, value: str | None, otherwise: IdentifierKind) -> Identifier | None:
    """Return an LLDP identifier; where its type is not printed, a MAC or an IP is known by its looks."""
    if value is None:
        return None
    plain = (subtype or "").lower()
    kind = next((kind for word, kind in _SUBTYPES if word in plain), None)
    if kind in {None, IdentifierKind.MAC}:
        try:
            return Identifier(IdentifierKind.MAC, str(Mac.parse(value)))
        except ValueError:
            kind = kind if kind is not IdentifierKind.MAC else None
    if kind in {None, IdentifierKind.IP}:
        try:
            return Identifier(IdentifierKind.IP, str(ip_address(value)))
        except ValueError:
            pass
    return Identifier(otherwise if kind in {None, IdentifierKind.IP} else kind, value)
