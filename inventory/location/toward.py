"""Which ports of one device lead to another: by the other's MAC in its forwarding table, or by LLDP.

More than one port may: spanning-tree instances send VLANs different ways round a ring.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from inventory.location import proof

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.location.neighbours import Link
    from inventory.location.view import View
    from inventory.model.facts import FdbRow
    from inventory.model.location import Evidence

_NONE: frozenset[int] = frozenset()


class Toward:
    """Directions between devices."""

    def __init__(self, view: View) -> None:
        self._evidence: dict[tuple[str, str], dict[int, Evidence]] = {}
        self._vlans: dict[tuple[str, str, int], set[int | None]] = {}
        self._linked: set[frozenset[str]] = set()
        self._spanned: set[frozenset[str]] = set()
        self.hidden: dict[tuple[str, int], Evidence] = {}
        """Aggregates whose members heard a neighbour: which aggregate leads there is not known."""
        self.shared: dict[tuple[str, int], Evidence] = {}
        """Ports on which a MAC was learned that several devices claim: one of them is there."""
        self._from_identities(view)
        self._from_links(view)
        self._from_statements(view)
        self._ways = {pair: frozenset(found) for pair, found in self._evidence.items()}
        self._around: dict[str, list[tuple[str, int]]] = {}
        self._into: dict[str, dict[str, frozenset[int]]] = {}
        for (device, other), ports in sorted(self._ways.items()):
            self._around.setdefault(device, []).extend((other, port) for port in sorted(ports))
            self._into.setdefault(other, {})[device] = ports

    @property
    def devices(self) -> set[str]:
        """Devices that have a port towards another one."""
        return set(self._around)

    def ways(self, device: str, other: str) -> frozenset[int]:
        """Return the ports of ``device`` that lead to ``other``; none when nothing tells."""
        return self._ways.get((device, other), _NONE)

    def vlans(self, device: str, other: str, port: int) -> set[int | None]:
        """Return the VLANs in which the port was seen to lead there; None stands for a cable: any VLAN."""
        return self._vlans.get((device, other, port), set())

    def neighbours(self, device: str) -> list[tuple[str, int]]:
        """Return the (other device, port) directions known from ``device``."""
        return self._around.get(device, [])

    def into(self, device: str) -> Mapping[str, frozenset[int]]:
        """Return every other device's ports that lead to ``device``."""
        return self._into.get(device, {})

    def linked(self, one: str, other: str) -> bool:
        """Whether LLDP was heard between the two, in either direction."""
        return frozenset((one, other)) in self._linked

    def led(self, one: str, other: str) -> bool:
        """Whether one announced itself to the other, or leads its segment in the spanning tree."""
        pair = frozenset((one, other))
        return pair in self._linked or pair in self._spanned

    def all(self) -> Iterator[tuple[str, int, str, Evidence]]:
        """Yield (device, port, other, evidence) for every port the other was seen on."""
        for (device, other), found in self._evidence.items():
            for port, evidence in found.items():
                yield device, port, other, evidence

    def _from_identities(self, view: View) -> None:
        first: dict[tuple[str, str, int], FdbRow] = {}
        for mac, rows in view.learned.items():
            owners = view.own.claims.get(mac, frozenset())
            if not owners or mac.is_virtual_router:
                continue
            for row in rows:
                if row.if_index is None or row.device in owners or view.ports.unfit(row.device, row.if_index):
                    continue
                if len(owners) > 1:
                    _keep(self.shared, (row.device, row.if_index), proof.of_fdb(row, view.ports))
                    continue
                (other,) = owners
                key = (row.device, other, row.if_index)
                self._vlans.setdefault(key, set()).add(row.vlan)
                known = first.get(key)
                if known is None or _age(row) < _age(known):
                    first[key] = row
        for (device, other, port), row in first.items():
            self._evidence.setdefault((device, other), {})[port] = proof.of_fdb(row, view.ports)

    def _from_links(self, view: View) -> None:
        for link in view.neighbours.links:
            evidence = proof.of_lldp(link.row, view.ports)
            (self._spanned if link.by_tree else self._linked).add(frozenset((link.device, link.other)))
            self._hear(view, link, evidence)
            if not link.by_tree:
                back = replace(link, device=link.other, port=link.other_port, other=link.device)
                self._hear(view, back, evidence)

    def _from_statements(self, view: View) -> None:
        """What a person states replaces what was seen of the same pair, or on a port to endpoints only."""
        for (device, port), (other, evidence) in view.stated.devices.items():
            if other is not None:
                self._evidence[device, other] = {port: evidence}
                self._vlans[device, other, port] = {None}
        for (device, _), found in self._evidence.items():
            for port in [port for port in found if (device, port) in view.stated.stations]:
                del found[port]
        self._evidence = {pair: found for pair, found in self._evidence.items() if found}
        for edge in view.stated.stations:
            self.hidden.pop(edge, None)
            self.shared.pop(edge, None)

    def _hear(self, view: View, link: Link, evidence: Evidence) -> None:
        device, port, other = link.device, link.port, link.other
        if port is None:
            return
        if device in view.forwarders and (device, port) not in view.learning_ports:
            # No frames pass here: a member of an aggregate, on which stations are learned instead, or a blocked port.
            # A spanning tree knows aggregates only as a whole.
            for aggregate in view.aggregates.get(device, frozenset()) if not link.by_tree else ():
                _keep(self.hidden, (device, aggregate), evidence)
        else:
            self._vlans.setdefault((device, other, port), set()).add(None)
            _keep(self._evidence.setdefault((device, other), {}), port, evidence)


def _age(row: FdbRow) -> tuple[object, ...]:
    return (row.at, row.table, row.mac.text, -1 if row.vlan is None else row.vlan, row.raw_port)


_Key = TypeVar("_Key")


def _keep(found: dict[_Key, Evidence], key: _Key, evidence: Evidence) -> None:
    known = found.get(key)
    if known is None or proof.order(evidence) < proof.order(known):
        found[key] = evidence
