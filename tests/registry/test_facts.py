"""Sweeps and facts: everything a probe said comes back, a step is stored once."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.crosscheck import CrossCheck, Difference, Disagreement
from inventory.model.facts import (
    AddressFact,
    ArpKind,
    ArpRow,
    DeviceFact,
    FdbRow,
    FdbStatus,
    Identifier,
    IdentifierKind,
    InterfaceFact,
    LldpNeighbour,
    ProbeKind,
    Sighting,
)
from inventory.model.factset import FactSet, ScannedBlock
from inventory.model.measurement import Measurement, Quantity, SensorStatus
from inventory.model.records import SweepOutcome
from inventory.model.text import text, verbatim
from inventory.model.values import Mac
from inventory.registry.errors import Reason, RefusedError
from inventory.registry.scans import Part

if TYPE_CHECKING:
    from inventory.model.facts import Fact
    from inventory.registry.engine import Registry

F = TypeVar("F")

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-9, minutes=-30))])
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 -- the zone is drawn
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
IPS = st.ip_addresses()
MACS = st.binary(min_size=6, max_size=6).map(Mac.from_bytes)
COUNTS = st.integers(0, 2**63 - 1)
FLAGS = st.none() | st.booleans()
SECONDS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
IDENTIFIERS = st.builds(Identifier, st.sampled_from(IdentifierKind), WORDS)
NETWORKS = st.builds(lambda ip, bits: ip_network((ip, bits), strict=False), st.ip_addresses(v=4), st.integers(0, 32))
REASONS = st.builds(verbatim, WORDS) | st.builds(lambda said: text("{a}; {b}", a=3, b=verbatim(said)), WORDS)
SIGHTINGS = st.builds(
    Sighting,
    plane=WORDS,
    ip=IPS,
    mac=st.none() | MACS,
    probe=st.sampled_from(ProbeKind),
    detail=WORDS,
    at=TIMES,
    ttl=st.none() | st.integers(0, 255),
    rtt_ms=SECONDS,
)
FACTS = (
    SIGHTINGS
    | st.builds(
        ArpRow,
        device=WORDS,
        plane=WORDS,
        ip=IPS,
        mac=MACS,
        if_index=COUNTS,
        kind=st.sampled_from(ArpKind),
        at=TIMES,
        table=WORDS,
    )
    | st.builds(
        FdbRow,
        device=WORDS,
        mac=MACS,
        if_index=st.none() | COUNTS,
        raw_port=COUNTS,
        vlan=st.none() | COUNTS,
        fdb_id=st.none() | COUNTS,
        status=st.sampled_from(FdbStatus),
        at=TIMES,
        table=WORDS,
    )
    | st.builds(
        LldpNeighbour,
        device=WORDS,
        if_index=st.none() | COUNTS,
        local_port=COUNTS,
        chassis=IDENTIFIERS,
        port=IDENTIFIERS,
        port_description=st.none() | WORDS,
        system_name=st.none() | WORDS,
        management_address=st.none() | IPS,
        at=TIMES,
        is_bridge_or_router=FLAGS,
        table=WORDS,
        carries_stations=FLAGS,
        blocked=FLAGS,
        capabilities=st.none() | WORDS,
        description=st.none() | WORDS,
    )
    | st.builds(
        InterfaceFact,
        device=WORDS,
        if_index=COUNTS,
        name=WORDS,
        description=WORDS,
        alias=st.none() | WORDS,
        mac=st.none() | MACS,
        if_type=COUNTS,
        admin_up=FLAGS,
        oper_up=FLAGS,
        at=TIMES,
        speed_mbps=st.none() | COUNTS,
        lag_if_index=st.none() | COUNTS,
    )
    | st.builds(
        AddressFact,
        device=WORDS,
        plane=WORDS,
        ip=IPS,
        if_index=COUNTS,
        at=TIMES,
        prefix_length=st.none() | st.integers(0, 128),
    )
    | st.builds(
        DeviceFact,
        device=WORDS,
        at=TIMES,
        sys_name=st.none() | WORDS,
        sys_descr=st.none() | WORDS,
        sys_object_id=st.none() | WORDS,
        uptime_s=SECONDS,
        bridge_mac=st.none() | MACS,
        chassis=st.none() | IDENTIFIERS,
        model=st.none() | WORDS,
        serial=st.none() | WORDS,
        software=st.none() | WORDS,
        platform=st.none() | WORDS,
    )
    | st.builds(
        Measurement,
        device=WORDS,
        sensor=WORDS,
        quantity=st.sampled_from(Quantity),
        value=SECONDS,
        at=TIMES,
        status=st.sampled_from(SensorStatus),
        unit=WORDS,
        state=st.none() | WORDS,
        table=WORDS,
        remark=st.none() | REASONS,
    )
    | st.builds(
        CrossCheck,
        device=WORDS,
        table=st.sampled_from(Table),
        at=TIMES,
        apart_s=st.floats(0, 1e6),
        agreed=COUNTS,
        only_snmp=COUNTS,
        only_ssh=COUNTS,
        disagreements=st.lists(
            st.builds(Disagreement, st.sampled_from(Difference), WORDS, WORDS, WORDS), max_size=3
        ).map(tuple),
    )
)
COVERAGE = st.builds(
    TableCoverage,
    device=WORDS,
    table=st.sampled_from(Table),
    completeness=st.sampled_from(Completeness),
    rows=COUNTS,
    at=TIMES,
    reason=st.none() | REASONS,
    rejected=COUNTS,
    source=WORDS,
)
BLOCKS = st.builds(
    ScannedBlock,
    plane=WORDS,
    network=NETWORKS,
    asked=COUNTS,
    alive=COUNTS,
    limits=st.lists(WORDS, max_size=3).map(tuple),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FACTS, max_size=12), st.lists(COVERAGE, max_size=4), BLOCKS, st.lists(SIGHTINGS, max_size=4))
def test_every_fact_comes_back_as_it_was(
    registry: Registry,
    facts: list[Fact],
    coverage: list[TableCoverage],
    block: ScannedBlock,
    sightings: list[Sighting],
) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    assert registry.store_reading(sweep, "read:x", "x", facts, coverage, NOON)
    assert registry.scans.store_block(sweep, "10.0.0.0/24", block, sightings, NOON)

    def of(kind: type[F]) -> tuple[F, ...]:
        return tuple(fact for fact in facts if isinstance(fact, kind))

    expected = FactSet(
        sightings=(*of(Sighting), *sightings),
        arp=of(ArpRow),
        fdb=of(FdbRow),
        lldp=of(LldpNeighbour),
        interfaces=of(InterfaceFact),
        addresses=of(AddressFact),
        devices=of(DeviceFact),
        measurements=of(Measurement),
        crosschecks=of(CrossCheck),
        coverage=tuple(coverage),
        blocks=(block,),
    )
    given_back = registry.facts(sweep)
    # From now on this process remembers the facts of another sweep: those of this one are read.
    registry.store_reading(registry.start_sweep({}, {}, NOON), "read:sw-1", "sw-1", [station(1)], [], NOON)
    for found in (given_back, registry.facts(sweep)):
        for field in fields(FactSet):  # facts are equal in any order: long tables come back device by device
            assert Counter(getattr(found, field.name)) == Counter(getattr(expected, field.name)), field.name
    rest = registry.coverage_facts([sweep])
    assert (rest.addresses, rest.coverage, rest.blocks) == (of(AddressFact), tuple(coverage), (block,))
    assert registry.measurements(sweep) == of(Measurement)
    assert registry.crosschecks(sweep) == of(CrossCheck)
    assert registry.device_facts([sweep]) == of(DeviceFact)


def test_the_last_of_each_look_counts(registry: Registry) -> None:
    early, late = NOON, NOON + timedelta(days=1)
    registry.store_checks([])
    assert registry.last_checks() == ()
    first = DeviceCheck("sw-1", Check.TELNET, CheckResult.ATTENTION, text("tcp/{port}: open", port=23), early)
    registry.store_checks([first, DeviceCheck("sw-1", Check.CLOCK, CheckResult.GOOD, verbatim("2026 …"), early, 1.5)])
    registry.store_checks(
        [DeviceCheck("sw-1", Check.TELNET, CheckResult.GOOD, text("tcp/{port}: refused", port=23), late)]
    )
    assert [(one.check, one.result, one.at, one.value) for one in registry.last_checks()] == [
        (Check.CLOCK, CheckResult.GOOD, early, 1.5),
        (Check.TELNET, CheckResult.GOOD, late, None),
    ]


def station(number: int) -> FdbRow:
    return FdbRow("sw-1", Mac.from_bytes(number.to_bytes(6)), 1, 1, None, None, FdbStatus.LEARNED, NOON)


BLOCK = ScannedBlock("public", ip_network("10.0.0.0/24"), 254, 1, ("no-arp",))
SEEN = Sighting("public", ip_address("10.0.0.7"), None, ProbeKind.ICMP, "echo reply", NOON)
READ = TableCoverage("sw-1", Table.FDB, Completeness.COMPLETE, 2, NOON)


def test_a_step_is_stored_once(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    assert registry.store_reading(sweep, "read:sw-1", "sw-1", [station(1), station(2)], [READ], NOON)
    assert not registry.store_reading(sweep, "read:sw-1", "sw-1", [station(1), station(2)], [READ], NOON)
    assert registry.scans.store_block(sweep, "block", BLOCK, [SEEN], NOON)
    assert not registry.scans.store_block(sweep, "block", BLOCK, [SEEN], NOON)
    facts = registry.facts(sweep)
    assert (len(facts.fdb), len(facts.coverage), len(facts.sightings), len(facts.blocks)) == (2, 1, 1, 1)
    assert registry.finished_steps(sweep) == {"block": NOON, "read:sw-1": NOON}


def test_an_interrupted_block_keeps_where_to_go_on(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    for step, position in (("first", "chain 01"), ("second", "chain 0101")):
        registry.scans.store_block(sweep, step, replace(BLOCK, position=position), [], NOON)
    assert [block.position for block in registry.coverage_facts([sweep]).blocks] == ["chain 0101"]


def test_how_far_a_block_is_takes_the_place_of_how_far_it_was(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    later, other = replace(SEEN, ip=ip_address("10.0.0.8")), replace(BLOCK, network=ip_network("10.0.1.0/24"))
    half, more = (replace(BLOCK, position=position) for position in ("chain 01", "chain 0101"))
    registry.scans.store_parts(sweep, [Part("a:until:", half, [SEEN]), Part("b:until:", other, [])], NOON)
    registry.scans.store_parts(sweep, [Part("a:until:", more, [later])], NOON + timedelta(seconds=5))
    facts = registry.facts(sweep)
    assert (facts.sightings, set(facts.blocks)) == ((SEEN, later), {more, other})
    assert registry.finished_steps(sweep) == {"b:until:": NOON, "a:until:": NOON + timedelta(seconds=5)}
    assert registry.scans.store_block(sweep, "a", BLOCK, [], NOON)
    assert set(registry.facts(sweep).blocks) == {BLOCK, other}


def test_a_restarted_step_adds_facts_and_its_block_counts_once(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    registry.scans.store_block(sweep, "block", BLOCK, [SEEN], NOON)
    assert registry.restart_step(sweep, "block")
    assert not registry.restart_step(sweep, "block")
    assert registry.finished_steps(sweep) == {}
    again = ScannedBlock("public", BLOCK.network, 200, 0)
    assert registry.scans.store_block(sweep, "block", again, [], NOON)
    facts = registry.facts(sweep)
    assert facts.sightings == (SEEN,)
    assert facts.blocks == (again,)


def test_a_device_with_nothing_to_say_is_a_finished_step(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    assert registry.store_reading(sweep, "read:dark", "dark", [], [], NOON)
    assert list(registry.finished_steps(sweep)) == ["read:dark"]
    assert registry.facts(sweep) == FactSet()


def test_facts_of_several_sweeps(registry: Registry) -> None:
    first, second, third = (registry.start_sweep({}, {}, NOON) for _ in range(3))
    for number, sweep in enumerate((first, second, third)):
        registry.store_reading(sweep, "read:sw-1", "sw-1", [station(number)], [], NOON)
    assert registry.facts((first, third)).fdb == (station(0), station(2))
    assert registry.facts(()) == FactSet()


def test_what_no_column_can_hold_is_shown_as_unknown_characters(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    sent = DeviceFact("sw-1", NOON, sys_descr="VRP\x00 V200\udcff", sys_name="交换机")
    registry.store_reading(sweep, "read:sw-1", "sw-1", [sent], [], NOON)
    (kept,) = registry.facts(sweep).devices
    assert (kept.sys_descr, kept.sys_name) == ("VRP\ufffd V200\ufffd", "交换机")


def test_what_was_just_stored_reads_as_it_will_later(registry: Registry) -> None:
    sweep, other = (registry.start_sweep({}, {}, NOON) for _ in range(2))
    heard = LldpNeighbour(
        "sw-1",
        1,
        1,
        Identifier(IdentifierKind.LOCAL, "a\x00b"),
        Identifier(IdentifierKind.LOCAL, "1"),
        None,
        None,
        None,
        NOON,
    )
    registry.store_reading(sweep, "read:sw-1", "sw-1", [heard, station(1)], [], NOON)
    at_once = registry.facts(sweep)
    registry.store_reading(other, "read:sw-1", "sw-1", [station(2)], [], NOON)
    assert at_once == registry.facts(sweep)
    assert at_once.lldp[0].chassis.value == "a\ufffdb"


def test_facts_of_a_step_that_failed_are_forgotten(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    naive = DeviceFact("sw-1", NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="without zone"):
        registry.store_reading(sweep, "read:sw-1", "sw-1", [station(1), naive], [], NOON)
    registry.store_reading(sweep, "read:sw-1", "sw-1", [station(2)], [], NOON)
    assert registry.facts(sweep).fdb == (station(2),)


def test_a_time_without_zone_is_a_bug_and_stores_nothing(registry: Registry) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    naive = DeviceFact("sw-1", NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="without zone"):
        registry.store_reading(sweep, "read:sw-1", "sw-1", [station(1), naive], [], NOON)
    assert registry.finished_steps(sweep) == {}
    assert registry.facts(sweep) == FactSet()


def test_a_sweep_from_start_to_end(registry: Registry) -> None:
    assert registry.last_unfinished_sweep() is None
    scope = {"targets": ["10.0.0.0/24"], "unit": "教育局"}
    number = registry.start_sweep(scope, {"rate": 1000.5, "probes": ["icmp"]}, NOON)
    running = registry.sweep(number)
    assert (running.started_at, running.finished_at, running.outcome) == (NOON, None, None)
    assert (running.scope, running.options, running.summary) == (scope, {"rate": 1000.5, "probes": ["icmp"]}, {})
    assert registry.last_unfinished_sweep() == running

    registry.finish_sweep(number, "interrupted", NOON, {"alive": 1})
    assert registry.last_unfinished_sweep() == registry.sweep(number)
    assert registry.sweep(number).outcome is SweepOutcome.INTERRUPTED

    registry.finish_sweep(number, SweepOutcome.COMPLETE, NOON, {"alive": 2})
    assert registry.last_unfinished_sweep() is None
    (ended,) = registry.sweeps()
    assert (ended.outcome, ended.finished_at, ended.summary) == (SweepOutcome.COMPLETE, NOON, {"alive": 2})


def test_the_last_unfinished_sweep_is_the_newest(registry: Registry) -> None:
    numbers = [registry.start_sweep({}, {}, NOON) for _ in range(3)]
    registry.finish_sweep(numbers[2], "complete", NOON, {})
    found = registry.last_unfinished_sweep()
    assert found is not None
    assert found.id == numbers[1]


def test_an_unknown_sweep_is_named(registry: Registry) -> None:
    for use in (lambda: registry.sweep(7), lambda: registry.finish_sweep(7, "failed", NOON, {})):
        with pytest.raises(RefusedError, match="no sweep 7") as refusal:
            use()
        assert refusal.value.reason is Reason.UNKNOWN_KEY
