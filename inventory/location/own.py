"""What belongs to the network itself: MACs and addresses of registered devices, read or not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.model.clusters import clusters
from inventory.model.facts import ArpKind, FdbStatus, IdentifierKind
from inventory.model.values import PUBLIC_PLANE, Mac

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inventory.model.factset import FactSet
    from inventory.model.records import DeviceView
    from inventory.model.values import IPAddress

_STATUS: Final = attrgetter("status")
AddressKey: TypeAlias = "tuple[str, IPAddress]"
"""(plane, IP)."""


@dataclass(frozen=True, slots=True)
class Own:
    """The network's own MACs and addresses."""

    claims: Mapping[Mac, frozenset[str]]
    """Which devices a MAC belongs to: more than one when they share it (anycast gateway, cloned or default MAC)."""
    ips: Mapping[AddressKey, frozenset[str]]
    clusters: Mapping[Mac, tuple[Mac, ...]] = field(default_factory=dict)
    """Cards that the hosts of a load-balancing cluster share, each with the cards of its hosts."""
    _network: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """What was asked before: each card is met by many rows."""

    def device_of(self, mac: Mac) -> str | None:
        """Return the one device this MAC identifies; None when it is a station's, or shared by devices."""
        owners = self.claims.get(mac, frozenset())
        return next(iter(owners)) if len(owners) == 1 else None

    def is_network(self, mac: Mac) -> bool:
        """Whether the MAC belongs to a network device, a redundancy protocol or a cluster, and so to no endpoint."""
        known = self._network.get(mac.text)
        if known is None:
            known = self._network[mac.text] = mac in self.claims or mac.is_virtual_router or mac in self.clusters
        return known


def own(facts: FactSet, devices: Sequence[DeviceView]) -> Own:
    """Collect what belongs to the network.

    What a device says about itself outweighs what others resolved its address to: a MAC that a device declares is
    never given to another device because of an ARP row (proxy ARP). Where an address resolved to a declared MAC and to
    another one, the other one squats on it and is not the device.
    """
    strong: dict[Mac, set[str]] = {}
    for mac, device in _declared(facts):
        if mac.is_station:
            strong.setdefault(mac, set()).add(device)
    ips = _own_ips(facts, devices)
    weak: dict[Mac, set[str]] = {}
    resolved = _resolved(facts, ips)
    for key, macs in resolved.items():
        for device in ips[key]:
            trusted = {mac for mac in macs if device in strong.get(mac, ())}
            for mac in trusted or macs:
                weak.setdefault(mac, set()).add(device)
    claims = {mac: frozenset(owners) for mac, owners in (weak | strong).items()}
    shared = clusters(_resolutions(facts), (row.mac for row in facts.fdb if row.status is FdbStatus.LEARNED))
    return Own(claims, {key: frozenset(owners) for key, owners in ips.items()}, shared)


def _declared(facts: FactSet) -> Iterator[tuple[Mac, str]]:
    """Yield what devices say about themselves: bridge address, chassis, interfaces of every type, FDB self rows.

    Who did not answer this time is taken at its earlier word: its cards are no endpoints because of that.
    """
    for device in facts.devices:
        if device.bridge_mac is not None:
            yield device.bridge_mac, device.device
        if device.chassis is not None and device.chassis.kind is IdentifierKind.MAC:
            with suppress(ValueError):
                yield Mac.parse(device.chassis.value), device.device
    for interface in facts.interfaces:
        if interface.mac is not None:
            yield interface.mac, interface.device
    for row in facts.fdb if FdbStatus.SELF in map(_STATUS, facts.fdb) else ():  # few devices list their own
        if row.status is FdbStatus.SELF:
            yield row.mac, row.device
    yield from ((arp.mac, arp.device) for arp in facts.arp if arp.kind is ArpKind.LOCAL)
    yield from ((card.mac, card.device) for card in facts.remembered)


def _own_ips(facts: FactSet, devices: Sequence[DeviceView]) -> dict[AddressKey, set[str]]:
    ips: dict[AddressKey, set[str]] = {}
    listed: dict[tuple[str, IPAddress], set[str]] = {}
    for plane, ip, device in _listed(facts):
        if not (ip.is_link_local or ip.is_loopback or ip.is_multicast or ip.is_unspecified):
            ips.setdefault((plane, ip), set()).add(device)
            listed.setdefault((device, ip), set()).add(plane)
    wanted = {view.address for view in devices}
    known_in: dict[IPAddress, set[str]] = {}
    for plane, ip in _heard(facts):
        if ip in wanted:
            known_in.setdefault(ip, set()).add(plane)
    for view in devices:
        if (view.name, view.address) not in listed:
            # The sheet does not say the plane: the only one that knows the address, else the public one.
            planes = known_in.get(view.address, set())
            plane = next(iter(planes)) if len(planes) == 1 else PUBLIC_PLANE
            ips.setdefault((plane, view.address), set()).add(view.name)
    return ips


def _listed(facts: FactSet) -> Iterator[tuple[str, IPAddress, str]]:
    for address in facts.addresses:
        yield address.plane, address.ip, address.device
    for arp in facts.arp:
        if arp.kind is ArpKind.LOCAL:
            yield arp.plane, arp.ip, arp.device


def _heard(facts: FactSet) -> Iterable[AddressKey]:
    yield from ((row.plane, row.ip) for row in facts.arp)
    yield from ((row.plane, row.ip) for row in facts.sightings)


def _resolutions(facts: FactSet) -> Iterator[tuple[IPAddress, Mac]]:
    yield from ((row.ip, row.mac) for row in facts.arp)
    yield from ((row.ip, row.mac) for row in facts.sightings if row.mac is not None)


def _resolved(facts: FactSet, ips: Mapping[AddressKey, set[str]]) -> dict[AddressKey, set[Mac]]:
    """Return the station MACs that ARP, ND or the local link gave for the network's own addresses."""
    macs: dict[AddressKey, set[Mac]] = {}
    arp = ((row.plane, row.ip, row.mac) for row in facts.arp)
    local = ((row.plane, row.ip, row.mac) for row in facts.sightings if row.mac is not None)
    for plane, ip, mac in chain(arp, local):
        if mac.is_station and (plane, ip) in ips:
            macs.setdefault((plane, ip), set()).add(mac)
    return macs
