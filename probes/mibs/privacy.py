"""Which objects of a MIB tell who and where: their indexes and values are replaced before a recording leaves the house.

What is not listed here is left out of an anonymised recording: nobody knows what it tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from probes.mibs import (
    addresses,
    arp,
    bridge,
    cdp,
    condition,
    entity,
    freshness,
    interfaces,
    l2if,
    l2mam,
    lag,
    lldp,
    med,
    ports,
    powernet,
    qbridge,
    sensors,
    stp,
    system,
    ups,
    vrf,
    vtp,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.mibs.cells import Oid


class Index(StrEnum):
    """What an index holds beside plain numbers."""

    PLAIN = "plain"
    MAC = "mac"
    """Six octets at the end, or seven with their number before them."""
    MAC_FIRST = "mac first"
    """Six octets, then a VLAN and a name as its length and letters."""
    CONFIGURED = "configured"
    """A VLAN, two names each after its length, a number, six octets, a condition."""
    IPV4 = "ipv4"
    """Four octets at the end."""
    INET = "inet"
    """InetAddressType, perhaps a length, and the octets, at the end."""
    NAMED = "named"
    """A name as its length and letters, then numbers; or the letters alone."""
    MANAGEMENT = "management"
    """Three numbers, an address family, a length and the octets: lldpRemManAddrTable."""


class Tells(StrEnum):
    """What a value is."""

    NUMBER = "number"
    """An octet string in its place is what a broken agent sends: left out."""
    BITS = "bits"
    WORDS = "words"
    """Model, version, port name: it stays, but for addresses and names within it."""
    VERSION = "version"
    """Words in which four numbers with dots between them are no address."""
    PORT = "port"
    """The same, where a platform may write somebody's words behind the port's name."""
    NAME = "name"
    """Somebody's name for something: replaced as a whole."""
    SERIAL = "serial"
    CARD = "card"
    BRIDGE = "bridge"
    """Two octets of priority, then a card."""
    ADDRESS = "address"
    PREFIX = "prefix"
    """An OBJECT IDENTIFIER whose last arcs are ifIndex, type, length, octets and prefix length: ipAddressPrefix."""
    LLDP_CHASSIS = "lldp chassis"
    """By the subtype in the column before it."""
    LLDP_PORT = "lldp port"


@dataclass(frozen=True, slots=True)
class Shape:
    """How one column, or one scalar, is told."""

    index: Index = Index.PLAIN
    value: Tells = Tells.NUMBER


def _all(oids: Iterable[Oid], index: Index = Index.PLAIN, **values: Tells) -> dict[Oid, Shape]:
    """Give columns one index, and some of them, by their last arc as ``_4``, a value that is no number."""
    return {oid: Shape(index, values.get(f"_{oid[-1]}", Tells.NUMBER)) for oid in oids}


SHAPES: Final[dict[Oid, Shape]] = {
    system.SYS_DESCR: Shape(value=Tells.WORDS),
    system.SYS_OBJECT_ID: Shape(),
    system.SYS_UP_TIME: Shape(),
    system.SYS_NAME: Shape(value=Tells.NAME),
    system.BASE_BRIDGE_ADDRESS: Shape(value=Tells.CARD),
    lldp.LOCAL_CHASSIS_SUBTYPE: Shape(),
    lldp.LOCAL_CHASSIS_ID: Shape(value=Tells.LLDP_CHASSIS),
    freshness.IF_TABLE_LAST_CHANGE: Shape(),
    **_all(freshness.BEFORE),
    **_all(condition.SCALARS),
    **_all(condition.LLDP_COLUMNS),
    **_all(condition.USAGE_COLUMNS),
    **_all(interfaces.COLUMNS[:6], _2=Tells.PORT, _6=Tells.CARD),
    **_all(interfaces.COLUMNS[6:], _1=Tells.WORDS, _18=Tells.NAME),
    **_all(lag.COLUMNS),
    **_all(lag.STACK_COLUMNS),
    **_all(addresses.IP_ADDRESS_COLUMNS, Index.INET, _5=Tells.PREFIX),
    **_all(addresses.IP_ADDR_COLUMNS, Index.IPV4, _3=Tells.ADDRESS),
    **_all(arp.PHYSICAL_COLUMNS, Index.INET, _4=Tells.CARD),
    **_all(arp.MEDIA_COLUMNS, Index.IPV4, _2=Tells.CARD),
    **_all(ports.BASE_PORT_COLUMNS),
    **_all(bridge.COLUMNS, Index.MAC),
    **_all(stp.COLUMNS, _8=Tells.BRIDGE, _9=Tells.BITS),
    **_all(qbridge.COLUMNS, Index.MAC),
    **_all(qbridge.VLAN_COLUMNS),
    **_all(qbridge.COUNT_COLUMNS),
    **_all(l2if.COLUMNS),
    **_all(l2mam.COLUMNS, Index.MAC_FIRST),
    **_all(l2mam.CONFIGURED_COLUMNS, Index.CONFIGURED, _12=Tells.WORDS),
    **_all(vtp.COLUMNS),
    **_all(vrf.COLUMNS, Index.NAMED),
    **_all(vrf.CONTEXT_COLUMNS, Index.NAMED, _2=Tells.NAME),
    **_all(
        lldp.REMOTE_COLUMNS,
        _5=Tells.LLDP_CHASSIS,
        _7=Tells.LLDP_PORT,
        _8=Tells.NAME,
        _9=Tells.NAME,
        _10=Tells.NAME,
        _12=Tells.BITS,
    ),
    **_all(med.COLUMNS, _5=Tells.WORDS, _6=Tells.WORDS),
    **_all(lldp.MANAGEMENT_COLUMNS, Index.MANAGEMENT),
    **_all(lldp.LOCAL_PORT_COLUMNS, _3=Tells.LLDP_PORT, _4=Tells.WORDS),
    **_all(cdp.COLUMNS, _4=Tells.ADDRESS, _6=Tells.NAME, _7=Tells.WORDS, _8=Tells.WORDS, _9=Tells.BITS),
    **_all(entity.COLUMNS, _10=Tells.VERSION, _11=Tells.SERIAL, _13=Tells.WORDS),
    **_all(sensors.COLUMNS, _6=Tells.WORDS),
    **_all(sensors.NAME_COLUMNS, _2=Tells.WORDS, _7=Tells.WORDS),
    **_all(ups.SCALARS),
    **{oid: Shape(value=Tells.WORDS) for oid in ups.IDENTITY},
    **_all(ups.INPUT_COLUMNS),
    **_all(ups.OUTPUT_COLUMNS),
    **_all(powernet.SCALARS),
    **{oid: Shape(value=Tells.WORDS) for oid in powernet.IDENTITY[:2]},
    powernet.IDENTITY[2]: Shape(value=Tells.SERIAL),
    **{gauge.oid: Shape() for gauges in powernet.GAUGE_TABLES for gauge in gauges},
    **_all(powernet.LOAD_COLUMNS),
    **_all(powernet.PORT_COLUMNS, _3=Tells.NAME),
}
_LONGEST: Final = max(map(len, SHAPES))


def shape_of(oid: Oid) -> tuple[Oid, Shape] | None:
    """Return the column an object is of, and how it is told; None for one nobody listed."""
    for length in range(min(len(oid), _LONGEST), 0, -1):
        shape = SHAPES.get(oid[:length])
        if shape is not None:
            return oid[:length], shape
    return None
