"""Where is each MAC? The verdict, the rows that decided, and the rule that took each other place out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inventory.location import proof, removal
from inventory.location.aggregates import aggregated
from inventory.location.behind import behind
from inventory.location.roles import roles
from inventory.location.toward import Toward
from inventory.location.view import View
from inventory.model.facts import ArpKind
from inventory.model.location import Location, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.location.behind import Behind
    from inventory.location.own import Own
    from inventory.location.roles import Roles
    from inventory.model.facts import ArpRow, FdbRow
    from inventory.model.factset import FactSet
    from inventory.model.location import Evidence, Place, Removed
    from inventory.model.records import DeviceView
    from inventory.model.values import Mac


@dataclass(frozen=True, slots=True)
class Locations:
    """A verdict for every station MAC that a table or the local link gave, and what was understood on the way."""

    by_mac: Mapping[Mac, Location]
    own: Own
    roles: Roles
    behind: Behind

    def of(self, mac: Mac) -> Location | None:
        """Return the verdict about one MAC; None when no fact names it as a station."""
        return self.by_mac.get(mac)


def locate(facts: FactSet, devices: Sequence[DeviceView]) -> Locations:
    """Place every station MAC of the facts.

    Args:
        facts: everything one sweep read, in any order; several reads of one device are welcome.
        devices: every registered device, read or not.
    """
    view = View(aggregated(facts), devices)
    toward = Toward(view)
    port_roles = roles(view, toward)
    lies_behind = behind(view, port_roles, toward)
    engine = _Engine(view, toward, port_roles, lies_behind)
    return Locations(_with_company(engine.locations()), view.own, port_roles, lies_behind)


def _with_company(found: Mapping[Mac, Location]) -> dict[Mac, Location]:
    """Count the other stations on each exact port."""
    exact = Counter(location.place for location in found.values() if location.verdict is Verdict.EXACT)
    return {
        mac: replace(location, shares_port_with=exact[location.place] - 1)
        if location.verdict is Verdict.EXACT and exact[location.place] > 1
        else location
        for mac, location in found.items()
    }


@dataclass(frozen=True, slots=True)
class _Trace:
    """What the forwarding tables say about one MAC."""

    ports: Mapping[str, frozenset[int]]
    """Every usable port that reported it, per device."""
    candidates: Mapping[str, frozenset[int]]
    """Those that do not lead towards the core."""
    uplinks: tuple[tuple[str, int], ...]
    """Ports that reported it and lead towards the core."""
    unfit: tuple[Removed, ...]


class _Engine:
    def __init__(self, view: View, toward: Toward, port_roles: Roles, lies_behind: Behind) -> None:
        self._view = view
        self._toward = toward
        self._roles = port_roles
        self._behind = lies_behind
        self._ways: dict[str, Mapping[str, int]] = {}
        self._removals: dict[tuple[Place, str, str], Removed] = {}
        self._arp: dict[Mac, list[ArpRow]] = {}
        for row in view.facts.arp:
            if row.kind is not ArpKind.LOCAL and row.mac.is_station and not view.own.is_network(row.mac):
                self._arp.setdefault(row.mac, []).append(row)

    def locations(self) -> dict[Mac, Location]:
        """Return a verdict per station MAC, by MAC."""
        sighted = {row.mac for row in self._view.facts.sightings if row.mac is not None and row.mac.is_station}
        macs = self._view.stations.keys() | self._arp.keys() | sighted
        return {mac: self._locate(mac) for mac in sorted(macs) if not self._view.own.is_network(mac)}

    def _locate(self, mac: Mac) -> Location:
        arp = self._newest_arp(mac)
        gateway = max(arp, key=self._gateway_order).device if arp else None
        rows = self._view.stations.get(mac, [])
        if not rows:
            verdict = Verdict.L3_ONLY if arp else Verdict.PROBE_ONLY
            return Location(mac, verdict, None, gateway=gateway, evidence=self._evidence(arp))
        trace = self._trace(rows)
        left, transit = self._eliminate(trace)
        gone = (*trace.unfit, *transit)
        if not left:
            return self._nowhere(mac, rows, trace, arp, gateway)
        if len(left) == 1:
            against = self._contradicting(left[0], trace)
            if not against and self._roles.known(left[0][0]):
                return self._placed(mac, rows, trace, left[0], arp, gateway, gone)
            left = sorted({*left, *against})
        places = tuple(sorted(self._view.ports.place(*port) for port in left))
        kept = tuple(item for item in gone if item.place not in places)
        evidence = self._evidence(arp, self._rows_at(rows, left))
        return Location(mac, Verdict.AMBIGUOUS, None, _vlan(rows, left), places, gateway, 0, evidence, kept)

    def _trace(self, rows: Iterable[FdbRow]) -> _Trace:
        ports: dict[str, set[int]] = {}
        candidates: dict[str, set[int]] = {}
        uplinks: set[tuple[str, int]] = set()
        gone: dict[tuple[str, int], Removed] = {}
        for row in rows:
            device, port = row.device, row.if_index
            if port is None:
                continue
            unfit = self._view.ports.unfit(device, port)
            if unfit is not None:
                gone[device, port] = self._removal((device, port), unfit)
                continue
            ports.setdefault(device, set()).add(port)
            if self._roles.is_uplink(device, port):
                uplinks.add((device, port))
            else:
                candidates.setdefault(device, set()).add(port)
        return _Trace(
            {device: frozenset(found) for device, found in ports.items()},
            {device: frozenset(found) for device, found in candidates.items()},
            tuple(sorted(uplinks)),
            tuple(gone[key] for key in sorted(gone)),
        )

    def _eliminate(self, trace: _Trace) -> tuple[list[tuple[str, int]], list[Removed]]:
        """Take out every place behind which another device holds the MAC on a port that leads further away."""
        gone: dict[tuple[str, int], str] = {}
        for nearer, ports in sorted(trace.candidates.items()):
            for upper, port in self._above(nearer, trace):
                back = self._toward.port(nearer, upper)
                sure = back is not None or self._roles.known(nearer)
                if sure and any(own != back for own in ports):
                    gone.setdefault((upper, port), nearer)
        left = [
            (device, port)
            for device, ports in sorted(trace.candidates.items())
            for port in sorted(ports)
            if (device, port) not in gone
        ]
        if not left and gone:  # a loop of devices that each point at the next: none of them may be believed
            return sorted(gone), []
        reasons = [self._removal(place, removal.TRANSIT, nearer) for place, nearer in sorted(gone.items())]
        return left, reasons

    def _above(self, nearer: str, trace: _Trace) -> list[tuple[str, int]]:
        """Return the candidate places behind which ``nearer`` lies."""
        upper = self._into(nearer)
        return [place for place in upper.items() if place[1] in trace.candidates.get(place[0], ())]

    def _into(self, nearer: str) -> Mapping[str, int]:
        """Return every device that knows which of its ports leads to ``nearer``, with that port."""
        found = self._ways.get(nearer)
        if found is None:
            found = self._ways[nearer] = {**self._toward.into(nearer), **self._behind.above.get(nearer, {})}
        return found

    def _contradicting(self, place: tuple[str, int], trace: _Trace) -> list[tuple[str, int]]:
        """Return reports that the answer cannot explain: another port here, or a port that leads elsewhere."""
        device, port = place
        odd = [(device, other) for other in trace.ports[device] if other != port]
        upper = self._into(device)
        for other, ports in trace.ports.items():
            expected = upper.get(other)
            if other != device and expected is not None:
                odd += [(other, own) for own in ports if own != expected]
        return odd

    def _placed(
        self,
        mac: Mac,
        rows: Sequence[FdbRow],
        trace: _Trace,
        port: tuple[str, int],
        arp: Sequence[ArpRow],
        gateway: str | None,
        gone: tuple[Removed, ...],
    ) -> Location:
        # A broadcast leaves a row on every uplink of the network: only devices behind the port have a say here.
        members = self._behind.members.get(port, {})
        gone = (*gone, *self._root_ports(place for place in trace.uplinks if place[0] in members))
        hidden, why = self._hidden(mac, port, trace)
        verdict = Verdict.BOUNDED if why else Verdict.EXACT
        evidence = self._evidence(arp, self._rows_at(rows, [port]), why)
        place = self._view.ports.place(*port)
        vlan = _vlan(rows, [port])
        return Location(mac, verdict, place, vlan, (), gateway, 0, evidence, gone, hidden)

    def _hidden(self, mac: Mac, port: tuple[str, int], trace: _Trace) -> tuple[tuple[str, ...], list[Evidence]]:
        """Return the devices behind the port that may hold the MAC unseen, and the rows that say they are there.

        A device that sees the MAC come from the port's own side does not hold it, nor does anything behind it.
        """
        members = self._behind.members.get(port, {})
        cleared = {name for name in members if self._sees_from(name, port[0], trace)}
        hidden = [
            name
            for name in sorted(members)
            if name not in cleared and not cleared & self._behind.above.get(name, {}).keys()
        ]
        why = [members[name] for name in hidden]
        strangers = self._behind.strangers.get(port, ())
        why += [proof.of_lldp(other.row, self._view.ports) for other in strangers if mac not in other.macs]
        suspects = self._behind.suspects.get(port, {})
        why += [line for name, line in sorted(suspects.items()) if not self._sees_from(name, port[0], trace)]
        return tuple(hidden), why

    def _sees_from(self, name: str, upper: str, trace: _Trace) -> bool:
        ports = trace.ports.get(name)
        if not ports:
            return False
        back = self._toward.port(name, upper)
        return ports <= (self._roles.uplinks.get(name, frozenset()) | ({back} if back is not None else set()))

    def _nowhere(
        self,
        mac: Mac,
        rows: Sequence[FdbRow],
        trace: _Trace,
        arp: Sequence[ArpRow],
        gateway: str | None,
    ) -> Location:
        """Seen only towards the core, on unusable or on unmapped ports."""
        if arp:
            unmapped = [row for row in rows if row.if_index is None]
            evidence = self._evidence(arp, unmapped)
            gone = (*trace.unfit, *self._root_ports(trace.uplinks))
            return Location(mac, Verdict.L3_ONLY, None, gateway=gateway, evidence=evidence, removed=gone)
        places = tuple(sorted(self._view.ports.place(*port) for port in trace.uplinks))
        evidence = self._evidence((), rows)
        return Location(
            mac, Verdict.AMBIGUOUS, None, _vlan(rows, trace.uplinks), places, None, 0, evidence, trace.unfit
        )

    def _newest_arp(self, mac: Mac) -> list[ArpRow]:
        newest: dict[tuple[str, str, object], ArpRow] = {}
        for row in self._arp.get(mac, []):
            key = (row.device, row.plane, row.ip)
            if key not in newest or _arp_order(row) > _arp_order(newest[key]):
                newest[key] = row
        return sorted(newest.values(), key=_arp_order)

    def _gateway_order(self, row: ArpRow) -> tuple[object, ...]:
        rank = self._roles.ranks.get(row.device)
        return (rank is not None, rank or (), row.device)

    def _rows_at(self, rows: Iterable[FdbRow], ports: Iterable[tuple[str, int]]) -> list[FdbRow]:
        wanted = set(ports)
        return [row for row in rows if row.if_index is None or (row.device, row.if_index) in wanted]

    def _evidence(
        self, arp: Iterable[ArpRow], fdb: Iterable[FdbRow] = (), why: Iterable[Evidence] = ()
    ) -> tuple[Evidence, ...]:
        ports = self._view.ports
        lines = {*(proof.of_arp(row, ports) for row in arp), *(proof.of_fdb(row, ports) for row in fdb), *why}
        return tuple(sorted(lines, key=proof.order))

    def _root_ports(self, ports: Iterable[tuple[str, int]]) -> list[Removed]:
        return [self._removal(port, removal.ROOT_PORT) for port in ports]

    def _removal(self, port: tuple[str, int], rule: str, nearer: str = "") -> Removed:
        place = self._view.ports.place(*port)
        key = (place, rule, nearer)
        found = self._removals.get(key)
        if found is None:
            found = self._removals[key] = removal.removed(place, rule, nearer)
        return found


def _vlan(rows: Iterable[FdbRow], ports: Iterable[tuple[str, int]]) -> int | None:
    """Return the VLAN the rows at these ports agree on."""
    wanted = set(ports)
    vlans = {row.vlan for row in rows if (row.device, row.if_index) in wanted and row.vlan is not None}
    return next(iter(vlans)) if len(vlans) == 1 else None


def _arp_order(row: ArpRow) -> tuple[object, ...]:
    return (row.at, row.device, row.plane, row.ip.version, int(row.ip), row.if_index, row.kind, row.table)
