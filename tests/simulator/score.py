"""Compare answers with the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location import proof
from inventory.location.duplicates import seen_at_two
from inventory.location.engine import locate
from inventory.location.removal import LATER, MOVED
from inventory.model.location import Verdict
from inventory.model.sources import DUPLICATE
from inventory.reconcile.history import advance
from inventory.reconcile.identity import observe
from inventory.reconcile.look import look
from tests.simulator.ceiling import knowable
from tests.simulator.hosts import add_hosts, migrate
from tests.simulator.population import clone, move
from tests.simulator.rules import RULES
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read, visible
from tests.simulator.traffic import WINDOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.location.engine import Locations
    from inventory.model.history import Interval
    from inventory.model.location import Location, Place
    from inventory.model.values import Mac
    from tests.simulator.conditions import Condition
    from tests.simulator.network import Network, Port
    from tests.simulator.rules import Answer
    from tests.simulator.tables import Reading, Visible

RIGHT: Final = "right"
WRONG: Final = "wrong"
"""One port, and another one is true: also when the true one is on an unread switch behind the port."""
BOUNDED: Final = "bounded"
BOUNDED_WRONG: Final = "bounded wrong"
AMBIGUOUS: Final = "ambiguous"
AMBIGUOUS_WRONG: Final = "ambiguous wrong"
"""Several places, and none of them is true or on the way there."""
LAYER_3: Final = "layer 3"
"""No place, and no read table points away from the core: only the gateway can be named."""
LOST: Final = "lost"
"""No place, although a read table points away from the core."""
OUTCOMES: Final = (RIGHT, BOUNDED, AMBIGUOUS, LAYER_3, LOST, WRONG, BOUNDED_WRONG, AMBIGUOUS_WRONG)
OURS: Final = "netaudit"
SWEEP_EVERY: Final = 3600.0

Counts: TypeAlias = "Counter[str]"


@dataclass(frozen=True, slots=True)
class Duplicates:
    """MACs that two stations share, both of them in some table in the last sweeps."""

    true: int
    found: int
    false: int
    """Reported, and only one station has it."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of what was known about the ports of switches whose tables were then read in part."""

    known: int
    """Intervals on their ports, from a sweep that read everything."""
    ended: int
    """Of these, ended by the next one, in which nothing moved."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of a condition came to."""

    outcomes: Mapping[str, Counts]
    """Per rule, ours first."""
    knowable: int
    """Stations whose place the tables tell at all."""
    guessed: Mapping[str, int]
    """Per rule, how many right answers the tables do not bear out: another place would fill them the same way."""
    grounds: Mapping[str, Counts]
    """Per kind of evidence for an exact answer of ours, what these came to."""
    duplicates: Duplicates
    closed: Closed
    jumped: int
    """How often a station that was never moved was exact at another place than in the sweep before."""


def run(shape: Shape, condition: Condition, seed: int) -> Result:
    """Build, live through the sweeps, read, locate, compare after the last one."""
    random = Random(f"{condition.name} {shape} {seed}")  # noqa: S311 -- reproducible networks, no secrets
    network = build(random, shape)
    clone(network, random, condition.cloned)
    if condition.hosts:
        add_hosts(network, random, condition.hosts)
    seen = visible(network, random, condition)
    readings = []
    earlier: dict[Mac, list[frozenset[Place]]] = {}
    past: list[Locations] = []
    for number in range(condition.sweeps):
        start = number * SWEEP_EVERY
        move(network, random, condition.moved, (start, start + WINDOW))
        if condition.migrated:
            migrate(network, random, condition.migrated, (start, start + WINDOW))
        readings.append(read(network, random, condition, seen, start))
        if number + 1 < condition.sweeps:
            past.append(locate(readings[-1].facts, network.devices(), earlier))
            for mac, location in past[-1].by_mac.items():
                if places := seen_at_two(location):
                    earlier.setdefault(mac, []).append(places)
    reading = readings[-1]
    locations = locate(reading.facts, network.devices(), earlier)
    judged = {OURS: {mac: judge(network, reading, mac, locations.of(mac)) for mac in reading.true}}
    for name, rule in RULES.items():
        answers = rule(reading.facts, network.devices())
        judged[name] = {mac: _single(reading, mac, answers.get(mac)) for mac in reading.true}
    known = knowable(network, reading)
    return Result(
        {name: Counter(found.values()) for name, found in judged.items()},
        len(known),
        {name: sum(said == RIGHT for mac, said in found.items() if mac not in known) for name, found in judged.items()},
        _grounds(locations, judged[OURS]),
        _duplicates(network, reading, locations),
        _closed(network, random, condition, seen),
        _jumps(network, [*past, locations]),
    )


def _jumps(network: Network, sweeps: Sequence[Locations]) -> int:
    copies = Counter(station.mac for station in network.stations)
    still = [one.mac for one in network.stations if len(one.stays) == 1 and copies[one.mac] == 1]
    exact = [
        {mac: found.place for mac in still if (found := sweep.of(mac)) is not None and found.verdict is Verdict.EXACT}
        for sweep in sweeps
    ]
    return sum(then[mac] != now[mac] for then, now in pairwise(exact) for mac in then.keys() & now.keys())


def _grounds(locations: Locations, judged: Mapping[Mac, str]) -> Mapping[str, Counts]:
    found: dict[str, Counts] = {}
    for mac, said in judged.items():
        location = locations.of(mac)
        if location is not None and location.verdict is Verdict.EXACT and location.place is not None:
            found.setdefault(ground(locations, location, location.place), Counter())[said] += 1
    return found


def ground(locations: Locations, location: Location, place: Place) -> str:
    """Name the kind of evidence that an exact answer rests on."""
    if any(gone.rule == MOVED for gone in location.removed):
        return "two places, the one read last confirmed"
    if any(gone.rule == LATER for gone in location.removed):
        return "two places, the one read last an edge"
    if location.alternatives:
        return "one cable to both of a pair"
    if any(
        proof.at_port(line, place.device, place.port) and " status=announced" in line.row for line in location.evidence
    ):
        return "announced itself on the port"
    if locations.behind.members.get((place.device, place.if_index)):
        return "switches behind the port, each ruled out"
    return "learned on the port, no switch behind it"


def _closed(network: Network, random: Random, condition: Condition, seen: Visible) -> Closed:
    """Let a sweep that reads everything be followed by one that reads some tables in part."""
    if not seen.truncated:
        return Closed(0, 0)
    before: list[Interval] = []
    going: list[Interval] = []
    for number, now in enumerate((replace(seen, truncated=frozenset()), seen)):
        facts = read(network, random, condition, now, number * SWEEP_EVERY).facts
        observations = observe(facts, locate(facts, network.devices()), network.devices())
        before, going = going, advance(going, look(number, observations, facts))
    known = [one for one in before if one.place is not None and one.place.device in seen.truncated]
    ended = {one.key for one in going if one.ended is not None}
    return Closed(len(known), sum(one.key in ended for one in known))


def _duplicates(network: Network, reading: Reading, locations: Locations) -> Duplicates:
    copies = Counter(station.mac for station in network.stations)
    true = {mac for mac, times in copies.items() if times > 1 and mac in reading.true}
    reported = {
        mac for mac, location in locations.by_mac.items() if any(line.source == DUPLICATE for line in location.evidence)
    }
    return Duplicates(len(true), len(true & reported), len(reported - true))


def judge(network: Network, reading: Reading, mac: Mac, found: Location | None) -> str:
    """Say what one answer is worth."""
    if found is not None and found.place is not None:
        places = {(place.device, place.if_index) for place in (found.place, *found.alternatives)}
        if found.verdict is Verdict.EXACT:
            return RIGHT if places & reading.true[mac] else WRONG
        return BOUNDED if all(_leads(network, reading, mac, place) for place in places) else BOUNDED_WRONG
    if found is not None and found.alternatives:
        if any(line.source == DUPLICATE for line in found.evidence):  # two cards: right is who names both places
            both = reading.true[mac] <= {(place.device, place.if_index) for place in found.alternatives}
            return RIGHT if both else AMBIGUOUS
        listed = {(place.device, place.if_index) for place in found.alternatives}
        return AMBIGUOUS if any(_leads(network, reading, mac, place) for place in listed) else AMBIGUOUS_WRONG
    return LOST if mac in reading.placeable else LAYER_3


def _leads(network: Network, reading: Reading, mac: Mac, place: Port) -> bool:
    """Whether the port is the true one or on the way to it, in any spanning tree."""
    if place in reading.true[mac]:
        return True
    return any(
        place == (place[0], network.port(place[0], home, instance))
        for home, _ in reading.true[mac]
        for instance in (0, 1)
    )


def _single(reading: Reading, mac: Mac, answer: Answer) -> str:
    if not answer:
        return LOST if mac in reading.placeable else LAYER_3
    if len(answer) > 1:
        return AMBIGUOUS
    return RIGHT if answer & reading.true[mac] else WRONG
