"""Who is there: the rows of one sweep joined to endpoints, one per (plane, MAC), or per (plane, IP) without a MAC."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location import proof
from inventory.location.ports import Ports
from inventory.model.clusters import host_of, is_first_address, is_group_cluster
from inventory.model.facts import ArpKind
from inventory.model.location import Evidence, Location, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.records import DeviceRole
from inventory.model.sightings import proving
from inventory.model.sources import CLUSTER, CLUSTER_HOST, EMBEDDED, PROXY
from inventory.model.values import PUBLIC_PLANE, Mac
from inventory.reconcile.addresses import embedded_card, in_order, routable
from inventory.reconcile.heard import heard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from inventory.location.engine import Locations
    from inventory.location.spots import Spot
    from inventory.model.facts import ArpRow, Sighting
    from inventory.model.factset import FactSet
    from inventory.model.records import DeviceView
    from inventory.model.values import IPAddress

    AddressKey: TypeAlias = tuple[str, IPAddress]
    Endpoint: TypeAlias = tuple[str, Mac]

_AT: Final = attrgetter("at")
_CLAIM: Final = re.compile(r"^udp/\d+ .*\bmac=((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$")
"""NetBIOS and SNMP answers may end with the card of who answers."""
PROXY_ADDRESSES: Final = 20
"""More IPv4 addresses than this on one MAC and one gateway interface: it answers for others (proxy ARP)."""


@dataclass
class _Seen:
    """What the rows say about one endpoint."""

    arp: list[ArpRow] = field(default_factory=list)
    fdb: Sequence[Spot] = ()
    """Where and when switches learned it."""
    sightings: list[Sighting] = field(default_factory=list)
    claims: list[Sighting] = field(default_factory=list)
    """Answers of addresses nobody resolved that name the card as their own."""

    @property
    def exists(self) -> bool:
        """Whether a row speaks of presence: a static ARP entry is configuration and stays without any station."""
        return bool(self.fdb or self.sightings or any(row.kind is not ArpKind.STATIC for row in self.arp))

    def times(self) -> list[datetime]:
        return list(map(_AT, chain(self.arp, self.fdb, self.sightings)))


def observe(facts: FactSet, locations: Locations, devices: Sequence[DeviceView]) -> tuple[Observation, ...]:
    """Join the rows of one sweep to endpoints, ordered by identity.

    Network devices, their addresses and virtual routers are no endpoints. Every other MAC that a table or the local
    link gave is one, and so is every address that answered without anybody knowing its MAC.
    """
    join = _Join(facts, locations, devices)
    found = [*join.with_mac(), *join.without_mac()]
    return tuple(sorted(found, key=lambda seen: (seen.plane, seen.mac is None, seen.key[1])))


class _Join:
    def __init__(self, facts: FactSet, locations: Locations, devices: Sequence[DeviceView]) -> None:
        self._facts = facts
        self._locations = locations
        self._ports = Ports(facts.interfaces)
        self._clusters = locations.own.clusters
        self._routing = {view.name for view in devices if view.role in {DeviceRole.ROUTER, DeviceRole.CORE}}
        self._listed = {fact.device for fact in facts.addresses}
        self._endpoints: dict[Endpoint, _Seen] = {}
        self._holders: dict[AddressKey, set[Mac]] = {}
        """Who an address was resolved to, static entries included."""
        self._users: dict[AddressKey, set[Mac]] = {}
        """Who used an address in this sweep."""
        self._network_rows: dict[AddressKey, list[ArpRow]] = {}
        self._answers: dict[AddressKey, list[Sighting]] = {}
        self._collect_arp()
        self._collect_sightings()
        self._collect_claims()
        self._collect_forwarding()
        self._heard = heard(facts.lldp)

    def _collect_arp(self) -> None:
        for row in self._facts.arp:
            cluster = row.mac in self._clusters
            if row.kind is ArpKind.LOCAL or row.mac.is_null or (row.mac.is_group and not cluster):
                continue
            key = (row.plane, row.ip)
            self._holders.setdefault(key, set()).add(row.mac)
            if row.kind is not ArpKind.STATIC:
                self._users.setdefault(key, set()).add(row.mac)
            if self._station(row.mac):
                self._endpoint(row.plane, row.mac).arp.append(row)
            else:
                self._network_rows.setdefault(key, []).append(row)

    def _collect_sightings(self) -> None:
        for row in proving(self._facts.sightings):
            key = (row.plane, row.ip)
            if row.mac is None:
                self._answers.setdefault(key, []).append(row)
                continue
            self._holders.setdefault(key, set()).add(row.mac)
            self._users.setdefault(key, set()).add(row.mac)
            if self._station(row.mac):
                self._endpoint(row.plane, row.mac).sightings.append(row)
            elif row.mac in self._clusters:
                self._answers.setdefault(key, []).append(row)

    def _collect_claims(self) -> None:
        """Believe an answer, or an address, that names its card, where nobody resolved it and a switch knows the card.

        Without a gateway's table the two would be taken for two endpoints.
        """
        for (plane, ip), rows in self._answers.items():
            claimed = {Mac(found[1]) for row in rows if (found := _CLAIM.search(row.detail))}
            made_of = embedded_card(ip)
            if made_of is not None:
                claimed.add(made_of)
            if len(claimed) != 1 or (plane, ip) in self._holders:
                continue
            (mac,) = claimed
            if mac in self._locations.forwarding and self._station(mac):
                self._holders[plane, ip] = {mac}
                self._users.setdefault((plane, ip), set()).add(mac)
                self._endpoint(plane, mac).claims.extend(rows)

    def _collect_forwarding(self) -> None:
        planes: dict[Mac, list[str]] = {}
        for plane, mac in self._endpoints:
            planes.setdefault(mac, []).append(plane)
        for mac, spots in self._locations.learned_at.items():
            if self._station(mac):
                for plane in planes.get(mac, [PUBLIC_PLANE]):
                    self._endpoint(plane, mac).fdb = spots

    def _endpoint(self, plane: str, mac: Mac) -> _Seen:
        found = self._endpoints.get((plane, mac))
        if found is None:
            found = self._endpoints[plane, mac] = _Seen()
        return found

    def _station(self, mac: Mac) -> bool:
        return mac.is_station and not self._locations.own.is_network(mac)

    def with_mac(self) -> Iterator[Observation]:
        """Yield endpoints whose MAC is known; answers of their addresses that carried no MAC join them."""
        for (plane, mac), seen in self._endpoints.items():
            ips = in_order([row.ip for rows in (seen.arp, seen.sightings, seen.claims) for row in rows])
            shared = tuple(ip for ip in routable(ips) if self._contested(plane, ip, mac))
            alone = [row for ip in ips if ip not in shared for row in self._answers.get((plane, ip), [])]
            either = [row for ip in shared for row in self._answers.get((plane, ip), [])]
            if not (seen.exists or alone):
                continue
            kinds = (bool(seen.arp), bool(seen.fdb), bool(seen.sightings or alone))
            location = self._locations.of(mac) or Location(mac, Verdict.PROBE_ONLY, None)
            more = (*self._proxied(seen), *self._host(mac, seen), *self._made_of(mac, seen), *self._said(mac, ips))
            evidence = self._evidence(seen.arp, [*seen.sightings, *alone, *either], more)
            times = [*seen.times(), *(row.at for row in alone)]
            yield Observation(
                plane=plane,
                mac=mac,
                ips=ips,
                location=location,
                first_seen=min(times),
                last_seen=max(times),
                confidence=Confidence.CONFIRMED if sum(kinds) > 1 else Confidence.SINGLE,
                evidence=_joined(evidence, location.evidence),
                shared_ips=shared,
            )

    def without_mac(self) -> Iterator[Observation]:
        """Yield addresses that answered and whose MAC no table knows, and those that a cluster's hosts share."""
        shared = (key for key, rows in self._network_rows.items() if any(self._of_cluster(row) for row in rows))
        for plane, ip in dict.fromkeys((*self._answers, *shared)):
            rows = self._answers.get((plane, ip), [])
            holders = self._holders.get((plane, ip), set())
            if any(self._station(mac) for mac in holders) or self._is_network(plane, ip, holders):
                continue
            arp = self._network_rows.get((plane, ip), [])
            times = [*(row.at for row in rows), *(row.at for row in arp if self._of_cluster(row))]
            evidence = self._evidence(arp, rows, self._cluster(ip, holders, max(times)))
            gateway = min((row.device for row in arp if self._of_cluster(row)), default=None)
            verdict = Verdict.PROBE_ONLY if gateway is None else Verdict.L3_ONLY
            yield Observation(
                plane=plane,
                mac=None,
                ips=(ip,),
                location=Location(None, verdict, None, gateway=gateway, evidence=evidence),
                first_seen=min(times),
                last_seen=max(times),
                confidence=Confidence.CONFIRMED if rows and gateway else Confidence.SINGLE,
                evidence=evidence,
            )

    def _of_cluster(self, row: ArpRow) -> bool:
        return row.mac in self._clusters and row.kind is not ArpKind.STATIC

    def _cluster(self, ip: IPAddress, holders: Iterable[Mac], at: datetime) -> Iterator[Evidence]:
        """Say whose an address is that resolves to a cluster's card: the cluster's, or perhaps one host's own."""
        for mac in sorted(holders):
            hosts = self._clusters.get(mac)
            if hosts is not None:
                virtual = is_group_cluster(mac) or is_first_address(mac, ip) or bool(hosts)
                line = f"mac={mac} hosts={','.join(map(str, hosts)) or 'unknown'}"
                yield Evidence(CLUSTER if virtual else CLUSTER_HOST, None, at, line)

    def _made_of(self, mac: Mac, seen: _Seen) -> Iterator[Evidence]:
        """Say so where only the address itself tells whose it is."""
        for row in {row.ip: row for row in seen.claims if embedded_card(row.ip) == mac}.values():
            at = max(each.at for each in seen.claims if each.ip == row.ip)
            yield Evidence(EMBEDDED, None, at, f"mac={mac} in={row.ip}")

    def _host(self, mac: Mac, seen: _Seen) -> Iterator[Evidence]:
        """Say so where a card is the one that a cluster's host sends from."""
        of = host_of(mac)
        if of is not None and mac in self._clusters.get(Mac(of), ()):
            line = f"mac={mac} is what a host of the load-balancing cluster {of} sends from"
            yield Evidence(CLUSTER_HOST, None, max(row.at for row in seen.fdb), line)

    def _said(self, mac: Mac, ips: Iterable[IPAddress]) -> Iterator[Evidence]:
        """Yield what it announced itself as, by its card or else by its address."""
        rows = self._heard.get(mac) or [row for ip in ips for row in self._heard.get(ip, ())]
        for row in rows:
            yield proof.of_lldp(row, self._ports)

    def _is_network(self, plane: str, ip: IPAddress, holders: Iterable[Mac]) -> bool:
        """Whether an address without a station's MAC belongs to the network itself.

        A router that lists its own addresses and answers for one it does not list speaks for somebody behind it.
        """
        own = self._locations.own
        if (plane, ip) in own.ips:
            return True
        for mac in holders:
            owners = own.claims.get(mac, frozenset())
            if mac.is_virtual_router or not owners <= (self._listed & self._routing):
                return True
        return False

    def _contested(self, plane: str, ip: IPAddress, mac: Mac) -> bool:
        others = self._users.get((plane, ip), set()) - {mac}
        return any(not other.is_virtual_router for other in others)

    def _proxied(self, seen: _Seen) -> Iterator[Evidence]:
        """Say so where one MAC answers for many addresses behind one gateway interface."""
        groups: dict[tuple[str, int], list[ArpRow]] = {}
        for row in seen.arp:
            if row.ip.version == 4:  # noqa: PLR2004 -- hosts have many IPv6 addresses of their own
                groups.setdefault((row.device, row.if_index), []).append(row)
        for (device, if_index), rows in sorted(groups.items()):
            count = len({row.ip for row in rows})
            if count > PROXY_ADDRESSES:
                interface = self._ports.place(device, if_index).port
                line = f"mac={rows[0].mac} interface={interface} addresses={count}"
                yield Evidence(PROXY, device, max(row.at for row in rows), line)

    def _evidence(
        self, arp: Iterable[ArpRow], sightings: Iterable[Sighting], more: Iterable[Evidence]
    ) -> tuple[Evidence, ...]:
        newest: dict[tuple[object, ...], Evidence] = {}
        rows: list[tuple[tuple[object, ...], Evidence]] = []
        rows += [((row.device, row.ip, row.mac), self._locations.proofs.of_arp(row)) for row in arp]
        rows += [((row.probe, row.ip, row.detail), proof.of_sighting(row)) for row in sightings]
        for key, line in rows:
            known = newest.get(key)
            if known is None or proof.order(line) > proof.order(known):
                newest[key] = line
        return tuple(sorted({*newest.values(), *more}, key=proof.order))


def _joined(exists: Sequence[Evidence], where: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Rows that say it exists, then the rows that say where and were not named before."""
    known = set(exists)
    return (*exists, *(line for line in where if line not in known))


def proxy_group(observation: Observation) -> bool:
    """Whether the endpoint answers for more addresses than its own."""
    return any(line.source == PROXY for line in observation.evidence)
