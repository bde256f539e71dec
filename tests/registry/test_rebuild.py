"""Recomputing gives what sweep by sweep had come to, row by row; deleting by policy deletes that and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text as sql

from inventory.model.batch import Batch
from inventory.model.records import SweepOutcome
from inventory.model.values import rfc3339
from netaudit.app.current import current
from netaudit.app.recompute import recompute
from netaudit.app.resolve import conclude
from netaudit.app.timeline import at_moment, tell
from netaudit.app.upkeep import prune
from netaudit.settings import RetentionSettings, Settings
from tests.simulator.conditions import Condition
from tests.simulator.population import move
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import AT, read
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from inventory.model.facts import Fact
    from inventory.model.factset import FactSet
    from inventory.registry.engine import Registry

START = AT - timedelta(hours=1)
DERIVED = ("observations", "observed_ips", "address_intervals", "place_intervals", "conclusions")


def store(registry: Registry, facts: FactSet, at: datetime) -> int:
    number = registry.start_sweep({}, {}, at)
    by_device: dict[str, list[Fact]] = {}
    for kind in (facts.fdb, facts.arp, facts.lldp, facts.interfaces, facts.addresses, facts.devices):
        for fact in kind:
            by_device.setdefault(fact.device, []).append(fact)
    for device, mine in sorted(by_device.items()):
        coverage = [entry for entry in facts.coverage if entry.device == device]
        registry.store_reading(number, f"read:{device}", device, mine, coverage, at)
    return number


@pytest.fixture
def lived(registry: Registry) -> Registry:
    """A registry after six sweeps in which stations moved, slept, and switches were unread or read in part."""
    random = Random(3)  # noqa: S311 -- reproducible networks
    network = build(random, Shape(6, 40, spanning=0.0))
    registry.apply(Batch(devices=tuple(network.devices())))
    for day in range(6):
        condition = Condition("mixed", unread=0.2, silent=0.3, truncated=0.1, cloned=0.01)
        begin = day * 86400.0
        if day:
            move(network, random, 0.1, (begin, begin + 1))
        facts = read(network, random, condition, start=begin).facts
        number = store(registry, facts, START + timedelta(days=day))
        if day != 2:  # the third one was killed: it is concluded before the fourth
            conclude(registry, number)
            registry.finish_sweep(number, SweepOutcome.COMPLETE, START + timedelta(days=day, hours=1), {})
    return registry


def tables(registry: Registry, names: tuple[str, ...] = DERIVED) -> dict[str, list[tuple[Any, ...]]]:
    with registry._reading() as connection:  # noqa: SLF001 -- rows, not what the code makes of them
        return {
            name: sorted((tuple(map(str, row)) for row in connection.execute(sql(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608 -- constants
            for name in names
        }


def test_recomputed_is_what_sweep_by_sweep_had_come_to(lived: Registry, tmp_path: Path) -> None:
    before = tables(lived)
    assert len(before["place_intervals"]) > 40
    assert before["observations"]
    found = recompute(lived, Settings(database=f"sqlite:///{tmp_path}/lived.db"), lambda _done, _all: None)
    assert (found.sweeps, found.intervals_changed, found.observations_changed) == (6, 0, 0)
    assert tables(lived) == before


def test_what_was_lost_or_wrong_comes_back(lived: Registry, tmp_path: Path) -> None:
    before = tables(lived)
    with lived._writing() as connection:  # noqa: SLF001 -- damage
        connection.execute(sql("DELETE FROM place_intervals"))
        connection.execute(sql("DELETE FROM observed_ips"))
        connection.execute(sql("UPDATE observations SET vlan = 4000"))
        connection.execute(sql("UPDATE address_intervals SET misses = 9"))
    settings = Settings(database=f"sqlite:///{tmp_path}/lived.db")
    damaged = tables(lived)
    told = recompute(lived, settings, lambda _done, _all: None, dry_run=True)
    assert told.intervals_changed == len(before["place_intervals"]) + len(before["address_intervals"])
    assert tables(lived) == damaged
    recompute(lived, settings, lambda _done, _all: None)
    assert tables(lived) == before


def test_only_what_the_policy_names_is_deleted(lived: Registry, tmp_path: Path) -> None:
    at = START + timedelta(days=3)
    going = lived.archive.going()
    before = lived.archive.intervals()
    told = lived.archive.prunable(at, at)
    assert lived.archive.prune(at, at, "office", at) == told
    assert told.sweeps == (1, 2)
    assert told.rows > 100
    assert lived.archive.going() == going
    assert lived.archive.intervals() == tuple(one for one in before if one.ended is None or one.ended >= at)
    assert told.intervals == len(before) - len(lived.archive.intervals()) > 0
    assert lived.facts(1).fdb == ()
    assert lived.facts(4).fdb
    assert lived.archive.prunable(at, at) == replace(told, sweeps=(), rows=0, intervals=0)
    derived = tables(lived, DERIVED[:4])
    found = recompute(lived, Settings(database=f"sqlite:///{tmp_path}/lived.db"), lambda _done, _all: None)
    assert (found.sweeps, found.intervals_changed, found.observations_changed) == (4, 0, 0)
    assert tables(lived, DERIVED[:4]) == derived


def test_what_was_deleted_is_told_where_somebody_asks_for_it(lived: Registry, tmp_path: Path) -> None:
    at = START + timedelta(days=3)
    gone = next(one for one in lived.archive.intervals() if one.ended is not None and one.ended < at)
    moment = gone.since.isoformat()
    asked: Any = at_moment(lived, gone.identity, moment, reveal=False)
    assert asked.data["kept_since"] is None
    assert [match["places"] or match["addresses"] for match in asked.data["matches"]]
    lived.archive.prune(None, at, "office", at)
    told: Any = tell(lived, gone.identity)
    check("timeline", told.data)
    assert told.data["kept_since"] == rfc3339(at)
    (note,) = told.document.notes
    assert str(note).startswith(f"What ended before {at:%Y-%m-%d}")
    asked = at_moment(lived, gone.identity, moment, reveal=False)
    check("moment", asked.data)
    assert asked.document.notes == (note,)
    assert at_moment(lived, gone.identity, at.isoformat(), reveal=False).document.notes == ()
    (entry,) = lived.gate.log()
    assert (entry.action, entry.subject, entry.actor) == ("prune", "history", "office")
    assert entry.detail["intervals"] != 0
    # Deleting facts alone takes nothing from the history.
    kept = lived.archive.intervals()
    lived.archive.prune(at, None, "office", at)
    assert lived.archive.kept_since() == at
    assert lived.archive.intervals() == kept
    recompute(lived, Settings(database=f"sqlite:///{tmp_path}/lived.db"), lambda _done, _all: None)
    assert lived.archive.intervals() == kept


def test_facts_of_kept_sweeps_survive_the_blocks_they_rest_on(lived: Registry) -> None:
    kept = [lived.facts(number) for number in (4, 5, 6)]
    lived.archive.prune(START + timedelta(days=3), None, "office", START)
    assert [lived.facts(number) for number in (4, 5, 6)] == kept


def test_without_a_policy_nothing_is_deleted(lived: Registry) -> None:
    from inventory.model.errors import UsageError  # noqa: PLC0415 -- only here

    with pytest.raises(UsageError, match="no time after which anything is deleted"):
        prune(lived, Settings(), delete=True)
    policy = Settings(retention=RetentionSettings(facts_days=30))
    report = prune(lived, policy, delete=False).data
    assert isinstance(report, dict)
    assert report["deleted"] is False
    assert lived.facts(1).fdb


def test_an_older_sweep_is_told_from_its_facts(lived: Registry) -> None:
    def seen(number: int) -> set[str]:
        known = current(lived, Settings(), sweep=number)
        return {str(one.observation.mac) for unit in known.units for one in unit.findings}

    facts = lived.facts(2)
    there = {str(row.mac) for row in facts.fdb} | {str(row.mac) for row in facts.arp}
    assert seen(2)
    assert seen(2) <= there
