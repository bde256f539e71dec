"""The rules other systems place an address by, written anew from their descriptions, to be measured beside ours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from inventory.location.aggregates import aggregated
from inventory.location.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from inventory.model.facts import FdbRow
    from inventory.model.factset import FactSet
    from inventory.model.records import DeviceView
    from inventory.model.values import Mac
    from tests.simulator.network import Port

Answer: TypeAlias = "frozenset[Port] | None"
Answers: TypeAlias = "dict[Mac, frozenset[Port]]"


def _prepared(facts: FactSet, devices: Sequence[DeviceView]) -> View:
    """Give every rule what ours gets as well: members folded into aggregates, the network's own addresses known."""
    return View(aggregated(facts), devices)


def _learned(view: View) -> dict[Mac, list[FdbRow]]:
    """Forwarding rows alone: none of them places a station by what it announces."""
    return {mac: rows for mac, rows in view.learned.items() if not view.own.is_network(mac)}


def _ports(rows: Sequence[FdbRow], without: frozenset[Port] = frozenset()) -> dict[Port, FdbRow]:
    found = {(row.device, row.if_index): row for row in rows if row.if_index is not None}
    return {port: row for port, row in found.items() if port not in without}


def _device_ports(view: View) -> frozenset[Port]:
    """Return the ports on which the MAC of any other registered device was learned."""
    return frozenset(
        (row.device, row.if_index)
        for mac, rows in view.learned.items()
        if view.own.is_network(mac)
        for row in rows
        if row.if_index is not None and row.device not in view.own.claims.get(mac, frozenset())
    )


def device_mac(facts: FactSet, devices: Sequence[DeviceView]) -> Answers:
    """Any device's MAC on a port makes it an uplink; every other port that holds the station is its place."""
    view = _prepared(facts, devices)
    uplinks = _device_ports(view)
    return {mac: frozenset(_ports(rows, uplinks)) for mac, rows in _learned(view).items()}


def last_polled(facts: FactSet, devices: Sequence[DeviceView]) -> Answers:
    """Ports with a device's MAC or a known neighbour are uplinks; of the others the one read last wins."""
    view = _prepared(facts, devices)
    known = {(link.device, link.port) for link in view.neighbours.links if link.port is not None}
    uplinks = _device_ports(view) | known
    found: Answers = {}
    for mac, rows in _learned(view).items():
        left = _ports(rows, uplinks)
        if left:
            found[mac] = frozenset({max(left, key=lambda port: (left[port].at, port))})
    return found


def fewest_macs(facts: FactSet, devices: Sequence[DeviceView]) -> Answers:
    """Of all ports that hold the station, the one that holds the fewest addresses."""
    view = _prepared(facts, devices)
    counts = Counter(port for rows in view.learned.values() for port in _ports(rows))
    found: Answers = {}
    for mac, rows in _learned(view).items():
        left = [port for port in _ports(rows) if not view.ports.unfit(*port)]
        if left:
            found[mac] = frozenset({min(left, key=lambda port: (counts[port], port))})
    return found


def lldp_chase(facts: FactSet, devices: Sequence[DeviceView]) -> Answers:
    """From the gateway that resolved it along ports with a neighbour that holds it, until there is none."""
    view = _prepared(facts, devices)
    neighbour: dict[Port, str] = {}
    for link in view.neighbours.links:
        if link.port is not None:
            neighbour.setdefault((link.device, link.port), link.other)
    found: Answers = {}
    stations = _learned(view)
    for row in facts.arp:
        rows = stations.get(row.mac)
        if rows is None:
            continue
        ports = dict(_ports(rows).keys())
        device, passed = row.device, {row.device}
        while (device, ports.get(device, -1)) in neighbour:
            following = neighbour[device, ports[device]]
            if following in passed or following not in ports:
                break
            device = following
            passed.add(device)
        if device in ports:
            found[row.mac] = frozenset({(device, ports[device])})
    return found


RULES: Mapping[str, Callable[[FactSet, Sequence[DeviceView]], Answers]] = {
    "any device MAC: uplink": device_mac,
    "last polled wins": last_polled,
    "fewest MACs": fewest_macs,
    "LLDP chase": lldp_chase,
}
