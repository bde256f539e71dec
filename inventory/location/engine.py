"""Where is each MAC? The verdict, the rows that decided, and the rule that took each other place out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from inventory.location import proof, removal
from inventory.location.aggregates import aggregated
from inventory.location.behind import behind
from inventory.location.choice import Choice
from inventory.location.duplicates import duplicate, rivals
from inventory.location.hosts import housed, on_teams
from inventory.location.memory import Memory
from inventory.location.passing import doubted
from inventory.location.proof import Proofs
from inventory.location.roles import roles
from inventory.location.toward import Toward
from inventory.location.trace import traces
from inventory.location.trees import Trees
from inventory.location.view import View
from inventory.model.facts import ArpKind
from inventory.model.location import Evidence, Location, Verdict
from inventory.model.sources import DUPLICATE, TWO_PLACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from inventory.location.behind import Behind
    from inventory.location.choice import Chosen, Gone
    from inventory.location.forwarding import Learned
    from inventory.location.own import Own
    from inventory.location.roles import Roles
    from inventory.location.spots import Spot
    from inventory.location.trace import Port, Trace
    from inventory.model.facts import ArpRow, FdbRow
    from inventory.model.factset import FactSet
    from inventory.model.location import Place, Removed
    from inventory.model.records import DeviceView, StatementView
    from inventory.model.values import Mac


@dataclass(frozen=True, slots=True)
class Locations:
    """A verdict for every station MAC that a table or the local link gave, and what was understood on the way."""

    by_mac: Mapping[Mac, Location]
    own: Own
    roles: Roles
    behind: Behind
    forwarding: Learned
    """The forwarding rows that count, per MAC."""
    learned_at: Mapping[Mac, Sequence[Spot]]
    """Where and when each of these rows was read."""
    proofs: Proofs
    """The rows that were put into words on the way."""

    def of(self, mac: Mac) -> Location | None:
        """Return the verdict about one MAC; None when no fact names it as a station."""
        return self.by_mac.get(mac)


def locate(
    facts: FactSet,
    devices: Sequence[DeviceView],
    earlier: Mapping[Mac, Sequence[frozenset[Place]]] | None = None,
    statements: Sequence[StatementView] = (),
) -> Locations:
    """Place every station MAC of the facts.

    Args:
        facts: everything one sweep read, in any order; several reads of one device are welcome.
        devices: every registered device, read or not.
        earlier: per MAC that earlier sweeps saw at two places (:func:`inventory.location.duplicates.seen_at_two`),
            those places, one set per sweep: what shows again is a duplicate.
        statements: what people state about ports; it outranks the facts.
    """
    view = View(aggregated(facts), devices, statements)
    toward = Toward(view)
    port_roles = roles(view, toward)
    reports = traces(view, port_roles)
    lies_behind = behind(view, port_roles, toward, reports)
    proofs = Proofs(view.ports)
    engine = _Engine(view, toward, port_roles, lies_behind, reports, earlier or {}, proofs)
    found = _with_company(engine.locations())
    return Locations(found, view.own, port_roles, lies_behind, view.learned, view.learned_at, proofs)


def _with_company(found: Mapping[Mac, Location]) -> dict[Mac, Location]:
    """Count the other stations on each exact port."""
    exact = Counter(location.place for location in found.values() if location.verdict is Verdict.EXACT)
    return {
        mac: replace(location, shares_port_with=exact[location.place] - 1)
        if location.verdict is Verdict.EXACT and exact[location.place] > 1
        else location
        for mac, location in found.items()
    }


class _Engine:
    def __init__(
        self,
        view: View,
        toward: Toward,
        port_roles: Roles,
        lies_behind: Behind,
        reports: Mapping[Mac, Trace],
        earlier: Mapping[Mac, Sequence[frozenset[Place]]],
        proofs: Proofs,
    ) -> None:
        self._view = view
        self._toward = toward
        self._roles = port_roles
        self._behind = lies_behind
        self._reports = reports
        self._trees = Trees(view, port_roles)
        self._choice = Choice(view, toward, port_roles, lies_behind, reports, self._trees)
        self._memory = Memory(view, lies_behind, reports)
        self._earlier = earlier
        self._edges: dict[Mac, dict[Port, frozenset[int]]] = {}
        self._proofs = proofs
        self._removals: dict[tuple[Place, str, str], Removed] = {}
        self._gone: dict[tuple[Gone, ...], tuple[Removed, ...]] = {}
        self._arp: dict[Mac, list[ArpRow]] = {}
        for row in view.facts.arp:
            if row.kind is not ArpKind.LOCAL and row.mac.is_station and not view.own.is_network(row.mac):
                self._arp.setdefault(row.mac, []).append(row)

    def locations(self) -> dict[Mac, Location]:
        """Return a verdict per station MAC, by MAC."""
        sighted = {row.mac for row in self._view.facts.sightings if row.mac is not None and row.mac.is_station}
        macs = self._view.stations.keys() | self._arp.keys() | sighted
        found = {mac: self._locate(mac) for mac in sorted(macs) if not self._view.own.is_network(mac)}
        found |= doubted(found, self._edges.keys(), self._reports, self._behind, self._view)
        counts = self._stations_on({port for ports in self._edges.values() for port in ports})
        on_team, known = on_teams(found, self._edges, self._earlier, self._reports, self._behind, self._view.ports)
        at_two = rivals({mac: ports for mac, ports in self._edges.items() if mac not in on_team}, counts)
        for mac in sorted((at_two.keys() | (self._earlier.keys() & found.keys())) - on_team.keys() - known):
            found[mac] = self._at_two(found[mac], at_two.get(mac, frozenset()))
        found |= on_team
        return found | housed(found)

    def _stations_on(self, ports: Iterable[Port]) -> Mapping[Port, int]:
        """Count the rows of stations learned on some ports."""
        found: dict[Port, int] = dict.fromkeys(ports, 0)
        for spot, count in Counter(chain.from_iterable(self._view.seen_at.values())).items() if found else ():
            if spot.if_index is not None and (spot.device, spot.if_index) in found:
                found[spot.device, spot.if_index] += count
        return found

    def _at_two(self, location: Location, edges: frozenset[Port]) -> Location:
        """Say that the sweep saw the MAC at two places, and whether it is no move but a duplicate."""
        places = frozenset(self._view.ports.place(*port) for port in edges)
        mac = location.mac
        rows = self._view.stations.get(mac, []) if mac is not None else []
        if mac is None or not rows:
            return location
        at = max(row.at for row in rows)
        listed = "; ".join(f"{place.device} {place.port}" for place in sorted(places))
        lines = [Evidence(TWO_PLACES, None, at, f"mac={mac} at {listed}")] if places else []
        twice = duplicate([*self._earlier.get(mac, ()), places])
        if not twice:
            return replace(location, evidence=tuple(sorted({*location.evidence, *lines}, key=proof.order)))
        listed = "; ".join(f"{place.device} {place.port}" for place in sorted(twice))
        lines.append(Evidence(DUPLICATE, None, at, f"mac={mac} at {listed}"))
        evidence = tuple(sorted({*location.evidence, *lines}, key=proof.order))
        here = set() if location.place is None else {location.place}
        alternatives = tuple(sorted({*places, *twice, *here}))
        removed = tuple(item for item in location.removed if item.place not in alternatives)
        return replace(
            location,
            verdict=Verdict.AMBIGUOUS,
            place=None,
            alternatives=alternatives,
            evidence=evidence,
            removed=removed,
            behind=(),
        )

    def _locate(self, mac: Mac) -> Location:
        arp = self._newest_arp(mac)
        gateway = max(arp, key=self._gateway_order).device if arp else None
        rows = self._view.stations.get(mac, [])
        if not rows:
            verdict = Verdict.L3_ONLY if arp else Verdict.PROBE_ONLY
            return Location(mac, verdict, None, gateway=gateway, evidence=self._evidence(arp))
        reports = self._reports[mac]
        chosen = self._choice.of(reports)
        edges = frozenset(port for port in chosen.edges if self._holds(port, reports))
        if len(edges) > 1:
            self._edges[mac] = {port: _vlans(reports.rows_at((port,))) for port in edges}
        unfit = [self._removal(port, why) for port, why in sorted(reports.unfit.items())]
        passed = self._gone.get(chosen.gone)
        if passed is None:
            found = (self._removal(item.port, item.rule, item.nearer) for item in chosen.gone)
            passed = self._gone[chosen.gone] = tuple(found)
        gone = (*unfit, *passed) if unfit else passed  # else the very same for all that are seen so
        if not chosen.left:
            return self._nowhere(mac, reports, arp, gateway, unfit)
        if len(chosen.left) == 1 and self._roles.known(chosen.left[0][0]):
            return self._placed(mac, reports, chosen, arp, gateway, gone)
        places = tuple(sorted(self._view.ports.place(*port) for port in chosen.left))
        kept = tuple(item for item in gone if item.place not in places)
        there = reports.rows_at(chosen.left)
        evidence = self._evidence(arp, [*there, *reports.unmapped])
        return Location(mac, Verdict.AMBIGUOUS, None, _vlan(there), places, gateway, 0, evidence, kept)

    def _placed(
        self,
        mac: Mac,
        reports: Trace,
        chosen: Chosen,
        arp: Sequence[ArpRow],
        gateway: str | None,
        gone: tuple[Removed, ...],
    ) -> Location:
        port = chosen.left[0]
        # A broadcast leaves a row on every uplink of the network: only devices behind the port have a say here.
        members = self._behind.members.get(port, {})
        if members:
            gone = (*gone, *self._root_ports(place for place in reports.uplinks if place[0] in members))
        above = {item.port[0] for item in chosen.gone if item.nearer == port[0]}
        above |= self._trees.above(port[0], reports.vlan).keys()
        hidden, why = self._hidden(mac, port, reports, above)
        verdict = Verdict.BOUNDED if why else Verdict.EXACT
        if port in self._view.stated.stations:
            why = [self._view.stated.stations[port]]
        ends = (port,) if chosen.twin is None else (port, chosen.twin)
        there = reports.rows_at(ends)
        evidence = self._evidence(arp, [*there, *reports.unmapped], why)
        place, *twins = (self._view.ports.place(*end) for end in ends)
        return Location(mac, verdict, place, _vlan(there), tuple(twins), gateway, 0, evidence, gone, hidden)

    def _holds(self, port: Port, reports: Trace) -> bool:
        """Whether the station is on the port itself: every device known behind it sees the station on this side."""
        members = self._behind.members.get(port, {})
        return not self._behind.strangers.get(port) and all(self._sees_from(name, port, reports) for name in members)

    def _hidden(
        self, mac: Mac, port: Port, reports: Trace, above: Collection[str]
    ) -> tuple[tuple[str, ...], list[Evidence]]:
        """Return the devices behind the port that may hold the MAC unseen, and the rows that say they are there.

        Devices ``above`` this one are not behind it, whatever they share.

        A device that sees the MAC come from the port's own side does not hold it, nor does anything behind it; and
        one whose whole table has none of the MAC's VLANs does not carry them.
        """
        members, suspects = self._behind.members.get(port, {}), self._behind.suspects.get(port, {})
        cleared = {
            name
            for name in members.keys() | suspects.keys()
            if self._sees_from(name, port, reports)
            or self._memory.rules_out(name, port, reports, partial(self._sees_from, name, port))
        }
        upper = cleared if not self._roles.is_uplink(*port) else set()  # else what is above one of them may be nearer
        dark = [
            name
            for name in sorted(members.keys() | suspects.keys())
            if name not in cleared
            and not any(self._below(name, one, reports.vlan) for one in upper)
            and not self._without_vlan(name, reports)
        ]
        hidden = [name for name in dark if name in members]
        why = [members[name] for name in hidden]
        strangers = self._behind.strangers.get(port, ())
        why += [proof.of_lldp(other.row, self._view.ports) for other in strangers if mac not in other.macs]
        why += [suspects[name] for name in dark if name in suspects and name not in above]
        return tuple(hidden), why

    def _below(self, name: str, upper: str, vlan: int | None) -> bool:
        """Whether a device hangs below another one, in this VLAN as well where that is known."""
        return upper in self._behind.above.get(name, {}) and name not in self._trees.above(upper, vlan)

    def _sees_from(self, name: str, place: Port, reports: Trace) -> bool:
        ports = reports.ports.get(name)
        if not ports:
            return False
        allowed = self._choice.ways.toward(name, place[0], reports.vlan)
        if not self._roles.settled(name, reports.vlan):
            # Of several ways to the core or to the place, it does not tell which one is the VLAN's.
            sure = allowed if len(allowed) == 1 else frozenset[int]()
            return ports <= sure | self._view.stated.core.get(name, {}).keys()
        if not self._roles.is_uplink(*place, reports.vlan):
            allowed |= {port for port in ports if (name, port) in reports.uplinks}
        return ports <= allowed

    def _without_vlan(self, name: str, reports: Trace) -> bool:
        carried = self._view.vlans.get(name)
        return carried is not None and bool(reports.vlans) and carried.isdisjoint(reports.vlans)

    def _nowhere(
        self,
        mac: Mac,
        reports: Trace,
        arp: Sequence[ArpRow],
        gateway: str | None,
        unfit: Sequence[Removed],
    ) -> Location:
        """Seen only towards the core, on unusable or on unmapped ports."""
        if arp:
            evidence = self._evidence(arp, reports.unmapped)
            gone = (*unfit, *self._root_ports(reports.uplinks))
            return Location(mac, Verdict.L3_ONLY, None, gateway=gateway, evidence=evidence, removed=gone)
        places = tuple(sorted(self._view.ports.place(*port) for port in reports.uplinks))
        evidence = self._evidence((), reports.rows)
        vlan = _vlan(reports.rows_at(reports.uplinks))
        return Location(mac, Verdict.AMBIGUOUS, None, vlan, places, None, 0, evidence, tuple(unfit))

    def _newest_arp(self, mac: Mac) -> list[ArpRow]:
        rows = self._arp.get(mac, [])
        if len(rows) <= 1:
            return rows
        newest: dict[tuple[str, str, object], ArpRow] = {}
        for row in rows:
            key = (row.device, row.plane, row.ip)
            if key not in newest or _arp_order(row) > _arp_order(newest[key]):
                newest[key] = row
        return sorted(newest.values(), key=_arp_order)

    def _gateway_order(self, row: ArpRow) -> tuple[object, ...]:
        rank = self._roles.ranks.get(row.device)
        return (rank is not None, rank or (), row.device)

    def _evidence(
        self, arp: Iterable[ArpRow], fdb: Iterable[FdbRow] = (), why: Iterable[Evidence] = ()
    ) -> tuple[Evidence, ...]:
        lines = {*map(self._proofs.of_arp, arp), *map(self._proofs.of_fdb, fdb), *why}
        return tuple(sorted(lines, key=proof.order))

    def _root_ports(self, ports: Iterable[tuple[str, int]]) -> list[Removed]:
        core = self._view.stated.core
        return [
            self._removal(port, removal.STATED if port[1] in core.get(port[0], ()) else removal.ROOT_PORT)
            for port in sorted(ports)
        ]

    def _removal(self, port: tuple[str, int], rule: str, nearer: str = "") -> Removed:
        place = self._view.ports.place(*port)
        key = (place, rule, nearer)
        found = self._removals.get(key)
        if found is None:
            found = self._removals[key] = removal.removed(place, rule, nearer)
        return found


def _vlan(rows: Iterable[FdbRow]) -> int | None:
    """Return the VLAN that these rows agree on."""
    vlans = _vlans(rows)
    return next(iter(vlans)) if len(vlans) == 1 else None


def _vlans(rows: Iterable[FdbRow]) -> frozenset[int]:
    return frozenset(row.vlan for row in rows if row.vlan is not None)


def _arp_order(row: ArpRow) -> tuple[object, ...]:
    return (row.at, row.device, row.plane, row.ip.version, int(row.ip), row.if_index, row.kind, row.table)
