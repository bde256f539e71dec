"""LLDP identifiers: their subtype becomes a type, so that a lookup can dispatch on it (LLDP-MIB, IEEE 802.1AB-2005)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import Identifier, IdentifierKind
from inventory.model.values import Mac
from probes.mibs.cells import Value, integer, ip_of_octets, octets, words

if TYPE_CHECKING:
    from collections.abc import Mapping

_KIND = IdentifierKind
_CHASSIS_KINDS = {
    1: _KIND.COMPONENT,
    2: _KIND.INTERFACE_ALIAS,
    3: _KIND.COMPONENT,
    4: _KIND.MAC,
    5: _KIND.IP,
    6: _KIND.INTERFACE_NAME,
    7: _KIND.LOCAL,
}
_PORT_KINDS = {
    1: _KIND.INTERFACE_ALIAS,
    2: _KIND.COMPONENT,
    3: _KIND.MAC,
    4: _KIND.IP,
    5: _KIND.INTERFACE_NAME,
    6: _KIND.AGENT_CIRCUIT,
    7: _KIND.LOCAL,
}


def chassis_identifier(subtype: Value | None, value: Value | None) -> Identifier | None:
    """Read an LldpChassisId; None when there is none."""
    return _identifier(_CHASSIS_KINDS, subtype, value)


def port_identifier(subtype: Value | None, value: Value | None) -> Identifier | None:
    """Read an LldpPortId; None when there is none."""
    return _identifier(_PORT_KINDS, subtype, value)


def _identifier(kinds: Mapping[int, IdentifierKind], subtype: Value | None, value: Value | None) -> Identifier | None:
    raw, kind = octets(value), kinds.get(integer(subtype) or 0, _KIND.LOCAL)
    if not raw:
        return None
    typed = {_KIND.MAC: _mac_text, _KIND.IP: _ip_text}.get(kind)
    if typed is None:
        spelled = words(raw)
        return Identifier(kind, spelled) if spelled else None
    canonical = typed(raw)
    # What claims to be a MAC or an address and is none is still a name of its own.
    return Identifier(kind, canonical) if canonical else Identifier(_KIND.LOCAL, words(raw) or raw.hex(":"))


def _mac_text(raw: bytes) -> str | None:
    try:
        return str(Mac.from_bytes(raw) if len(raw) == 6 else Mac.parse(raw.decode("ascii")))  # noqa: PLR2004 -- EUI-48
    except ValueError:
        return None


def _ip_text(raw: bytes) -> str | None:
    """Read a networkAddress: one octet of IANA address family, then the address. Some agents send the bare address."""
    ip = ip_of_octets(raw[1:]) or ip_of_octets(raw)
    return str(ip) if ip else None
