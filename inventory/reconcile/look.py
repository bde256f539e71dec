"""What one sweep adds to the history: who was seen where by which row, and where absence counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location import proof
from inventory.location.removal import ROOT_PORT, TRANSIT
from inventory.model.coverage import Completeness, Table
from inventory.model.history import CompleteRead, Look, Presence, Proof, SeenAddress, SeenPlace
from inventory.model.location import Verdict
from inventory.model.values import written
from inventory.reconcile.asked import asked_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.factset import FactSet
    from inventory.model.location import Evidence, Location, Place
    from inventory.model.observation import Observation

    _Gone: TypeAlias = tuple[tuple[Place, ...], tuple[Place, ...]]

_TELLING: Final = frozenset({Table.ARP, Table.FDB})
"""Tables in which an endpoint can be missing."""


def look(sweep: int, observations: Iterable[Observation], facts: FactSet) -> Look:
    """Condense one sweep.

    Args:
        sweep: its number.
        observations: its endpoints.
        facts: at least its coverage and its scanned blocks.
    """
    seen = tuple(observations)
    gone: dict[int, _Gone] = {}  # by identity: many endpoints are taken out of the very same places
    for one in seen:
        removed = one.location.removed
        if id(removed) not in gone:
            passed = tuple(each.place for each in removed if each.rule == TRANSIT)
            stale = tuple(each.place for each in removed if each.rule not in {TRANSIT, ROOT_PORT})
            gone[id(removed)] = passed, stale
    presences = [_presence(sweep, one, gone[id(one.location.removed)]) for one in seen]
    return Look(
        sweep,
        tuple(sorted(presences, key=lambda one: one[:2])),
        _reads(facts),
        frozenset(part for block in facts.blocks for part in asked_of(block)),
    )


def _reads(facts: FactSet) -> dict[tuple[str, Table], CompleteRead]:
    """Return the newest complete read per table. One with a remark (just flushed, full) may lack stations."""
    found: dict[tuple[str, Table], CompleteRead] = {}
    for entry in facts.coverage:
        if entry.table not in _TELLING or entry.completeness is not Completeness.COMPLETE or entry.reason:
            continue
        read = CompleteRead(f"{entry.source}:{entry.table}", entry.at, entry.rows)
        known = found.get((entry.device, entry.table))
        if known is None or (read.at, read.rows, read.source) > (known.at, known.rows, known.source):
            found[entry.device, entry.table] = read
    return found


def _presence(sweep: int, seen: Observation, gone: _Gone) -> Presence:
    location = seen.location
    return Presence(
        plane=seen.plane,
        identity=seen.key[1],
        addresses=tuple(_addresses(sweep, seen)),
        places=tuple(_places(sweep, location)),
        behind=frozenset(location.behind) if location.verdict is Verdict.BOUNDED else frozenset(),
        passed=gone[0],
        stale=gone[1],
    )


def _addresses(sweep: int, seen: Observation) -> list[SeenAddress]:
    rows: dict[str, list[Evidence]] = {}
    for line in seen.evidence:
        about = proof.address(line)
        if about is not None:
            rows.setdefault(about, []).append(line)
    found = []
    for ip in seen.ips:
        mine = rows.get(written(ip))
        if mine:
            # A gateway's row outweighs an answer: that row can be looked for again.
            best = max(mine, key=lambda line: (line.device is not None, proof.order(line)))
            holders = tuple(sorted({line.device for line in mine if line.device is not None}))
            found.append(SeenAddress(ip, _proof(sweep, best), holders))
    return found


def _places(sweep: int, location: Location) -> list[SeenPlace]:
    places: Sequence[Place] = location.alternatives if location.place is None else (location.place,)
    found = []
    for place in places:
        rows = [line for line in location.evidence if proof.at_port(line, place.device, place.port)]
        if rows:
            newest = max(rows, key=proof.order)
            found.append(SeenPlace(place, _proof(sweep, newest), location.verdict, location.vlan))
    return found


def _proof(sweep: int, line: Evidence) -> Proof:
    return Proof(line.source, line.device, line.at, line.row, sweep)
