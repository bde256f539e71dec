"""What the engines concluded, per sweep."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, cast, delete, func, or_, select

from inventory.location.duplicates import seen_at_two
from inventory.model.location import Location, Place
from inventory.model.observation import Observation
from inventory.model.sources import TWO_PLACES
from inventory.model.values import written
from inventory.registry import bulk
from inventory.registry.encoding import (
    Fragments,
    decode_evidence,
    decode_located,
    decode_places,
    decode_removed,
    encode_places,
    evidence_text,
    located_text,
    removed_text,
)
from inventory.registry.tables.observations import OBSERVATIONS, OBSERVED_IPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Label, Row

    from inventory.model.values import IPAddress, Mac


def replace_observations(connection: Connection, sweep_id: int, observations: Sequence[Observation]) -> None:
    """Put a sweep's conclusions in the place of earlier ones."""
    connection.execute(delete(OBSERVED_IPS).where(OBSERVED_IPS.c.sweep_id == sweep_id))
    connection.execute(delete(OBSERVATIONS).where(OBSERVATIONS.c.sweep_id == sweep_id))
    bulk.insert(connection, OBSERVATIONS, _columns(sweep_id, observations))
    addresses = [(seen, ip) for seen in observations for ip in dict.fromkeys(seen.ips)]
    columns: dict[str, list[Any]] = {
        "sweep_id": [sweep_id] * len(addresses),
        "plane": [seen.plane for seen, _ in addresses],
        "identity": [seen.key[1] for seen, _ in addresses],
        "ip": [written(ip) for _, ip in addresses],
    }
    bulk.insert(connection, OBSERVED_IPS, columns)


def forget_superseded(connection: Connection, kept: Sequence[int]) -> None:
    """Keep each endpoint's newest observation and all of some sweeps: others follow from the facts at any time."""
    old, new = OBSERVATIONS.c, OBSERVATIONS.alias("newer").c
    newer = select(new.sweep_id).where(
        new.plane == old.plane, new.identity == old.identity, new.sweep_id > old.sweep_id
    )
    # Its addresses go with each of them.
    connection.execute(delete(OBSERVATIONS).where(old.sweep_id.not_in(kept), newer.exists()))


def observations(connection: Connection, sweeps: Sequence[int]) -> tuple[Observation, ...]:
    """Return the conclusions of these sweeps, by (sweep, plane, identity)."""
    row = OBSERVATIONS.c
    query = select(OBSERVATIONS).where(row.sweep_id.in_(sweeps)).order_by(row.sweep_id, row.plane, row.identity)
    return tuple(_observation(found) for found in connection.execute(query))


def by_sweep(connection: Connection) -> list[tuple[int, Observation]]:
    """Return every stored observation with its sweep."""
    return [(row.sweep_id, _observation(row)) for row in connection.execute(select(OBSERVATIONS))]


def newest_of(*several: Iterable[tuple[int, Observation]]) -> list[tuple[int, Observation]]:
    """Return each endpoint's observation of the newest sweep."""
    newest: dict[tuple[str, str], tuple[int, Observation]] = {}
    for sweep, seen in chain(*several):
        if seen.key not in newest or newest[seen.key][0] < sweep:
            newest[seen.key] = (sweep, seen)
    return list(newest.values())


def replace_all(connection: Connection, wanted: Iterable[tuple[int, Observation]]) -> None:
    """Put these observations in the place of all stored ones."""
    connection.execute(delete(OBSERVED_IPS))
    connection.execute(delete(OBSERVATIONS))
    by_sweep: dict[int, list[Observation]] = {}
    for sweep, seen in wanted:
        by_sweep.setdefault(sweep, []).append(seen)
    for sweep, seen_then in sorted(by_sweep.items()):
        replace_observations(connection, sweep, seen_then)


def _rank() -> Label[int]:
    """Number each endpoint's observations, the newest first."""
    row = OBSERVATIONS.c
    newest = func.row_number().over(
        partition_by=(row.plane, row.identity), order_by=(row.last_seen.desc(), row.sweep_id.desc())
    )
    return newest.label("rank")


def newest_ipv6(connection: Connection, sweeps: Sequence[int]) -> list[tuple[str, IPAddress]]:
    """Return the IPv6 addresses of each endpoint's newest observation within these sweeps, with their planes."""
    row, address = OBSERVATIONS.c, OBSERVED_IPS.c
    ranked = select(row.sweep_id, row.plane, row.identity, _rank()).where(row.sweep_id.in_(sweeps)).subquery()
    same = and_(*(address[name] == ranked.c[name] for name in ("sweep_id", "plane", "identity")))
    query = (
        select(address.plane, address.ip)
        .join(ranked, same)
        .where(ranked.c.rank == 1, address.ip.contains(":"))
        .order_by(address.plane, address.identity, address.ip)
    )
    return [(plane, ip_address(ip)) for plane, ip in connection.execute(query)]


def newest_observations(connection: Connection, sweeps: Sequence[int]) -> tuple[Observation, ...]:
    """Return each endpoint's newest observation within these sweeps."""
    row = OBSERVATIONS.c
    ranked = select(OBSERVATIONS, _rank()).where(row.sweep_id.in_(sweeps)).subquery()
    newest = select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.plane, ranked.c.identity)
    return tuple(_observation(found) for found in connection.execute(newest))


def observations_where(connection: Connection, where: ColumnElement[bool]) -> list[tuple[int, Observation]]:
    """Return the observations that fit, with their sweeps."""
    return [(row.sweep_id, _observation(row)) for row in connection.execute(select(OBSERVATIONS).where(where))]


def find_observations(
    connection: Connection, ip: IPAddress | None, mac: Mac | None, since: datetime | None
) -> tuple[tuple[int, Observation], ...]:
    """Return the observations of an address, a MAC, or both together, newest first."""
    row, address = OBSERVATIONS.c, OBSERVED_IPS.c
    query = select(OBSERVATIONS)
    if ip is not None:
        same = (address.sweep_id == row.sweep_id) & (address.plane == row.plane) & (address.identity == row.identity)
        query = query.join(OBSERVED_IPS, same).where(address.ip == str(ip))
    if mac is not None:
        query = query.where(row.identity == str(mac))  # by which they are found
    if since is not None:
        query = query.where(row.last_seen >= since)
    newest = query.order_by(row.last_seen.desc(), row.sweep_id.desc(), row.plane, row.identity)
    return tuple((found.sweep_id, _observation(found)) for found in connection.execute(newest))


def at_two_places(connection: Connection, sweeps: Sequence[int]) -> dict[Mac, list[frozenset[Place]]]:
    """Return the MACs that these sweeps saw at two places, with the places of each sweep."""
    row = OBSERVATIONS.c
    marked = or_(*(cast(column, Text).contains(TWO_PLACES) for column in (row.evidence, row.location_evidence)))
    query = select(OBSERVATIONS).where(row.sweep_id.in_(sweeps), marked).order_by(row.sweep_id, row.plane)
    found: dict[Mac, dict[int, frozenset[Place]]] = {}
    for one in connection.execute(query):
        if one.mac is not None:
            found.setdefault(one.mac, {})[one.sweep_id] = seen_at_two(_observation(one).location)
    return {mac: list(places.values()) for mac, places in found.items()}


def _columns(sweep_id: int, observations: Sequence[Observation]) -> dict[str, list[Any]]:
    rows = Fragments(evidence_text)
    removed = Fragments(Fragments(removed_text).joined)  # many endpoints are taken out of the very same places
    locations = [seen.location for seen in observations]
    places = [location.place for location in locations]
    return {
        "sweep_id": [sweep_id] * len(locations),
        "plane": [seen.plane for seen in observations],
        "identity": [seen.key[1] for seen in observations],
        "mac": [seen.mac for seen in observations],
        "ips": [bulk.texts(map(written, seen.ips)) for seen in observations],
        "shared_ips": [bulk.texts(map(written, seen.shared_ips)) for seen in observations],
        "first_seen": [seen.first_seen for seen in observations],
        "last_seen": [seen.last_seen for seen in observations],
        "confidence": [seen.confidence for seen in observations],
        "evidence": [rows.joined(seen.evidence) for seen in observations],
        "located_mac": [location.mac for location in locations],
        "verdict": [location.verdict for location in locations],
        "device": [None if place is None else place.device for place in places],
        "port": [None if place is None else place.port for place in places],
        "if_index": [None if place is None else place.if_index for place in places],
        "vlan": [location.vlan for location in locations],
        "gateway": [location.gateway for location in locations],
        "shares_port_with": [location.shares_port_with for location in locations],
        "alternatives": [bulk.written(encode_places(location.alternatives)) for location in locations],
        "location_evidence": [located_text(rows, seen.location.evidence, seen.evidence) for seen in observations],
        "behind": [bulk.texts(location.behind) for location in locations],
        "removed": [removed.text(location.removed) for location in locations],
    }


def _observation(row: Row[Any]) -> Observation:
    evidence = decode_evidence(row.evidence)
    location = Location(
        mac=row.located_mac,
        verdict=row.verdict,
        place=None if row.device is None else Place(row.device, row.port, row.if_index),
        vlan=row.vlan,
        alternatives=decode_places(row.alternatives),
        gateway=row.gateway,
        shares_port_with=row.shares_port_with,
        evidence=decode_located(row.location_evidence, evidence),
        behind=tuple(row.behind),
        removed=decode_removed(row.removed),
    )
    return Observation(
        plane=row.plane,
        mac=row.mac,
        ips=tuple(ip_address(ip) for ip in row.ips),
        location=location,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        confidence=row.confidence,
        evidence=evidence,
        shared_ips=tuple(ip_address(ip) for ip in row.shared_ips),
    )
