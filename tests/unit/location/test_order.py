"""The same facts in any order, or told twice, give the same answer."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.location.engine import locate
from inventory.location.links import Candidates
from inventory.location.topology import topology
from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import ProbeKind, Sighting
from inventory.model.location import Place
from inventory.model.records import Leads, StatementView
from inventory.model.text import text
from inventory.reconcile.identity import observe
from inventory.reconcile.look import look
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import AT, CONDITIONS, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.factset import FactSet
    from inventory.model.location import Location
    from inventory.model.records import DeviceView
    from inventory.model.topology import Topology
    from inventory.model.values import Mac

_SMALL = Shape(switches=8, stations=60)


@cache
def _case(number: int, seed: int) -> tuple[FactSet, tuple[DeviceView, ...], Mapping[Mac, Location]]:
    random = Random(seed)  # noqa: S311 -- reproducible networks, no secrets
    network = build(random, _SMALL)
    facts = read(network, random, CONDITIONS[number]).facts
    devices = tuple(network.devices())
    return facts, devices, locate(facts, devices).by_mac


def _shuffled(facts: FactSet, random: Random) -> FactSet:
    """Shuffle every kind there is, whatever kinds there will be."""
    kinds = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return replace(facts, **{name: tuple(random.sample(kind, len(kind))) for name, kind in kinds.items()})


def _doubtful(facts: FactSet, random: Random) -> FactSet:
    """Let some tables have been read twice, in another way and with another end, some at the same moment."""
    again = [
        replace(
            entry,
            completeness=random.choice(list(Completeness)),
            source=random.choice(["snmp", "ssh"]),
            at=entry.at + timedelta(minutes=random.choice([0, 0, 3])),
            reason=random.choice([None, text("just restarted")]),
        )
        for entry in random.sample(facts.coverage, len(facts.coverage) // 2)
    ]
    answers = [
        Sighting(row.plane, row.ip, random.choice([None, row.mac]), ProbeKind.ARP, "reply", row.at)
        for row in random.sample(facts.arp, len(facts.arp) // 3)
    ]
    return replace(facts, coverage=(*facts.coverage, *again), sightings=(*facts.sightings, *answers))


def _told(facts: FactSet, random: Random) -> tuple[StatementView, ...]:
    """State something of a few ports, true or not: where they lead, and for some to which device."""
    ports = random.sample(sorted({(row.device, row.name) for row in facts.interfaces}), 6)
    names = sorted({row.device for row in facts.interfaces})
    return tuple(
        StatementView(device, port, random.choice(list(Leads)), random.choice([None, *names]), None)
        for device, port in ports
    )


def _remembered(facts: FactSet, random: Random) -> dict[Mac, list[frozenset[Place]]]:
    """Let earlier sweeps have seen some MACs at two places, some of them where they are now."""
    places = [Place(row.device, row.name, row.if_index) for row in facts.interfaces]
    macs = random.sample(sorted({row.mac for row in facts.fdb}), 8)
    return {mac: [frozenset(random.sample(places, 2)) for _ in range(random.randint(1, 3))] * 2 for mac in macs}


_cases = st.builds(_case, st.integers(0, len(CONDITIONS) - 1), st.integers(0, 3))


@settings(max_examples=40, deadline=None)
@given(case=_cases, random=st.randoms(use_true_random=False))
def test_order_of_facts_and_devices_does_not_matter(
    case: tuple[FactSet, tuple[DeviceView, ...], Mapping[Mac, Location]], random: Random
) -> None:
    facts, devices, expected = case
    shuffled = random.sample(devices, len(devices))
    assert locate(_shuffled(facts, random), shuffled).by_mac == expected


@settings(max_examples=25, deadline=None)
@given(number=st.integers(0, len(CONDITIONS) - 1), seed=st.integers(0, 200))
def test_nor_where_tables_were_read_twice_with_other_ends(number: int, seed: int) -> None:
    plain, devices, _expected = _case(number, seed % 4)
    random = Random(seed)  # noqa: S311 -- reproducible shuffles, no secrets
    facts = _doubtful(plain, random)
    places = locate(facts, devices)
    seen = observe(facts, places, devices)
    mixed, shuffled = _shuffled(facts, random), random.sample(devices, len(devices))
    again = locate(mixed, shuffled)
    assert again.by_mac == places.by_mac
    assert observe(mixed, again, shuffled) == seen
    assert look(1, observe(mixed, again, shuffled), mixed) == look(1, seen, facts)


@settings(max_examples=20, deadline=None)
@given(case=_cases)
def test_facts_told_twice_change_nothing(
    case: tuple[FactSet, tuple[DeviceView, ...], Mapping[Mac, Location]],
) -> None:
    facts, devices, expected = case
    twice = replace(facts, fdb=facts.fdb * 2, arp=facts.arp * 2, lldp=facts.lldp * 2, interfaces=facts.interfaces * 2)
    assert locate(twice, devices).by_mac == expected


@settings(max_examples=20, deadline=None)
@given(case=_cases, completeness=st.sampled_from(Completeness))
def test_coverage_of_unrelated_devices_changes_nothing(
    case: tuple[FactSet, tuple[DeviceView, ...], Mapping[Mac, Location]], completeness: Completeness
) -> None:
    facts, devices, expected = case
    elsewhere = tuple(TableCoverage("elsewhere", table, completeness, 0, AT) for table in Table)
    assert locate(replace(facts, coverage=(*facts.coverage, *elsewhere)), devices).by_mac == expected


@settings(max_examples=25, deadline=None)
@given(case=_cases, random=st.randoms(use_true_random=False))
def test_nor_does_the_order_of_statements_and_of_what_earlier_sweeps_saw(
    case: tuple[FactSet, tuple[DeviceView, ...], Mapping[Mac, Location]], random: Random
) -> None:
    facts, devices, _plain = case
    statements, earlier = _told(facts, random), _remembered(facts, random)
    expected = locate(facts, devices, earlier, statements).by_mac
    mixed = {
        mac: random.sample(earlier[mac], len(earlier[mac])) for mac in random.sample(sorted(earlier), len(earlier))
    }
    told = random.sample(statements, len(statements))
    assert locate(_shuffled(facts, random), random.sample(devices, len(devices)), mixed, told).by_mac == expected


@settings(max_examples=25, deadline=None)
@given(case=_cases, random=st.randoms(use_true_random=False))
def test_nor_for_the_topology(
    case: tuple[FactSet, tuple[DeviceView, ...], Mapping[Mac, Location]], random: Random
) -> None:
    facts, devices, places = case
    statements = _told(facts, random)

    def network(facts: FactSet, devices: Sequence[DeviceView], statements: Sequence[StatementView]) -> Topology:
        candidates = Candidates(facts, devices, (), statements)
        located = list(places.values())
        random.shuffle(located)
        return topology(candidates, devices, located)

    mixed = network(
        _shuffled(facts, random), random.sample(devices, len(devices)), random.sample(statements, len(statements))
    )
    assert mixed == network(facts, devices, statements)
