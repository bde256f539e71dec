"""Whose place could any rule know? Established by construction, not by a rule.

A station is plugged in elsewhere, sends the same frames, and the tables are filled again: where every table that is
read stays what it was, nothing in them tells the two places apart, and who names one of them guesses. A place that no
row names cannot be named at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.simulator.traffic import last_heard, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.model.values import Mac
    from tests.simulator.network import Network, Port, Station
    from tests.simulator.tables import Reading
    from tests.simulator.traffic import Ways

_SPARE: Final = 9999
"""A port of any switch that nothing else uses."""


def knowable(network: Network, reading: Reading) -> frozenset[Mac]:
    """Return the stations whose place the read tables name and no other place would fill in the same way."""
    named: dict[Mac, set[Port]] = {}
    for name, held in reading.held.items():
        for (mac, _), entry in held.items():
            named.setdefault(mac, set()).add((name, entry.port))
    announced = {row.chassis.value: (row.device, row.if_index) for row in reading.facts.lldp}
    found = set()
    cards: dict[Mac, list[int]] = {}
    for number, station in enumerate(network.stations):
        cards.setdefault(station.mac, []).append(number)
    for mac, true in reading.true.items():
        told = announced.get(str(mac)) in true
        if not told and named.get(mac, set()) & true:
            several = len(cards[mac]) > 1 or network.stations[cards[mac][0]].team is not None
            told = several or not _elsewhere(network, reading, cards[mac][0])
        if told:
            found.add(mac)
    return frozenset(found)


def _elsewhere(network: Network, reading: Reading, number: int) -> bool:
    """Whether the station could as well be on another switch, or on another port of its own."""
    station = network.stations[number]
    true = reading.true[station.mac]
    here = next((port for _, port in station.stays if port in true), station.stays[-1][1])
    return any(_alike(network, reading, number, here, (name, _SPARE)) for name in _reaching(network, reading, station))


def _reaching(network: Network, reading: Reading, station: Station) -> Iterator[str]:
    """Yield the switches that may carry its VLAN: those that do, and unread ones of which nobody knows."""
    vlan = network.vlans[station.vlan]
    for name in network.switches:
        way = {one for gateway in vlan.gateways for one in network.path(name, gateway, vlan.instance)}
        if way and not (way & reading.answering) - vlan.carriers:
            yield name


def _alike(network: Network, reading: Reading, number: int, here: Port, there: Port) -> bool:
    """Whether every read table would be the same if it were there."""
    station = network.stations[number]
    vlan = network.vlans[station.vlan]
    moved = replace(station, stays=[(since, there if port == here else port) for since, port in station.stays])
    key = (station.mac, station.vlan)
    read = sorted((vlan.carriers | {there[0]}) & reading.answering)
    now = {name: reading.held[name].get(key) for name in read}
    stayed = {name: entry.port for name, entry in now.items() if entry is not None and entry.place == here}
    if any(port_of(network, moved, name, there, vlan.instance) != port for name, port in stayed.items()):
        return False
    ways: Ways = {}
    for name, entry in now.items():
        then = last_heard(network, moved, reading.tables.frames[number], reading.tables, name, ways)
        if entry is None and then is not None and name not in reading.forgetting:
            return False
        if entry is not None and (then is None or then.port != entry.port):
            return False
    return True
