"""Asking for one address gives what asking for everything gives about it, however filings cross."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from inventory.model.batch import Batch
from inventory.model.factset import ScannedBlock
from inventory.model.records import PrefixView, RegistrationView, SweepOutcome, UnitView
from inventory.model.values import Mac
from inventory.registry.engine import open_registry
from netaudit.app.current import current
from netaudit.app.locate import locate
from netaudit.app.resolve import conclude
from netaudit.settings import Settings
from reports import data
from tests.simulator.conditions import Condition
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import AT, read

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.model.facts import Fact
    from inventory.model.factset import FactSet
    from inventory.model.location import Location
    from inventory.registry.engine import Registry
    from tests.simulator.network import Network


NOBODY = tuple(
    RegistrationView(0, "A", "public", ip_address(ip), Mac(f"3c:52:82:ff:00:0{number}"))
    for number, ip in enumerate(("10.0.0.77", "10.200.0.9", "172.16.0.1"))
)
"""Filings of cards that are not there: asked for, not asked for, and in no network."""


def filings(network: Network, random: Random) -> tuple[RegistrationView, ...]:
    """File most stations, some with another one's address or card, so that comparing one concerns others."""
    stations = list({station.mac: station for station in network.stations}.values())
    ips = [ip_address(station.ip) for station in stations]
    return tuple(
        RegistrationView(0, random.choice("AB"), "public", random.choice(ips) if random.random() < 0.2 else ip, one.mac)
        for one, ip in zip(stations, ips, strict=True)
        if random.random() < 0.8
    )


def store(registry: Registry, facts: FactSet, day: int) -> int:
    number = registry.start_sweep({}, {}, AT + timedelta(days=day))
    registry.scans.store_block(number, "scan", ScannedBlock("public", ip_network("10.0.0.0/24"), 254, 0), (), AT)
    every: list[Fact] = [*facts.fdb, *facts.arp, *facts.lldp, *facts.interfaces, *facts.addresses, *facts.devices]
    registry.store_reading(number, "read", "x", every, facts.coverage, AT)
    conclude(registry, number)
    registry.finish_sweep(number, SweepOutcome.COMPLETE, AT + timedelta(days=day), {})
    return number


@pytest.mark.parametrize("seed", range(2))
def test_one_address_is_answered_as_all_are(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311 -- reproducible networks
    network = build(random, Shape(8, 60, spanning=0.0))
    settings = Settings()
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as registry:
        registry.apply(
            Batch(
                (UnitView("A", "A"), UnitView("B", "B")),
                prefixes=(PrefixView(ip_network("10.0.0.0/8"), "A", "public", dhcp=bool(seed)),),
                devices=tuple(network.devices()),
                registrations=(*filings(network, random), *NOBODY),
            )
        )
        facts = read(network, random, Condition("night", silent=0.4)).facts
        store(registry, facts, 0)
        # The second sweep reads no gateway: what the first one knew of addresses holds.
        store(registry, replace(read(network, random, Condition("night", silent=0.4)).facts, arp=()), 1)
        known = current(registry, settings)
        every = [finding for unit in known.units for finding in unit.findings]
        assert sum(bool(finding.observation.ips) for finding in every) > len(every) / 2
        for finding in every:
            for asked in (finding.observation.mac, *finding.observation.ips):
                if asked is not None:
                    answer = locate(registry, settings, str(asked), reveal=True).data
                    assert isinstance(answer, dict)
                    same = [one for one in every if asked == one.observation.mac or asked in one.observation.ips]
                    got = answer["matches"]
                    assert isinstance(got, list)
                    assert [_essence(one) for one in got] == [
                        (
                            str(one.observation.mac),
                            [str(ip) for ip in one.observation.ips],
                            one.status.value,
                            one.attribution.unit,
                            one.registration.id if one.registration else None,
                            one.observation.location.verdict.value,
                        )
                        for one in sorted(same, key=lambda one: (one.observation.ips[:1] or (), one.observation.key))
                    ]
        absent = [one for unit in known.units for one in unit.missing]
        assert absent
        for one in absent:
            for name in (one.registration.mac, one.registration.ip):
                answer = locate(registry, settings, str(name), reveal=True).data
                assert isinstance(answer, dict)
                wanted = [other for other in absent if name in {other.registration.mac, other.registration.ip}]
                assert answer["filed_not_seen"] == [data.missing(other, reveal=True) for other in wanted]
        for device in network.devices():
            answer = locate(registry, settings, device.name, reveal=True).data
            assert isinstance(answer, dict)
            got = answer["matches"]
            assert isinstance(got, list)
            assert sorted(map(repr, map(_essence, got))) == sorted(
                repr(
                    (
                        str(one.observation.mac),
                        [str(ip) for ip in one.observation.ips],
                        one.status.value,
                        one.attribution.unit,
                        one.registration.id if one.registration else None,
                        one.observation.location.verdict.value,
                    )
                )
                for one in every
                if device.name in _near(one.observation.location)
            )


def _near(found: Location) -> set[str]:
    places = found.alternatives if found.place is None else (found.place,)
    return {*(place.device for place in places), *found.behind}


def changing(facts: FactSet, day: int) -> FactSet:
    """Let every third station make up a card of its own each day."""
    stations = sorted({row.mac for row in facts.arp if row.mac.is_station})[::3]
    made_up = {mac: Mac(f"3{'26a'[day]}{mac.text[2:]}") for mac in stations}
    return replace(
        facts,
        fdb=tuple(replace(row, mac=made_up.get(row.mac, row.mac)) for row in facts.fdb),
        arp=tuple(replace(row, mac=made_up.get(row.mac, row.mac)) for row in facts.arp),
    )


def test_cards_that_change_are_told_alike_by_one_question_and_by_all(tmp_path: Path) -> None:
    random = Random(1)  # noqa: S311 -- reproducible networks
    network = build(random, Shape(6, 60, spanning=0.0))
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as registry:
        prefix = PrefixView(ip_network("10.0.0.0/8"), "A", "public", dhcp=True)
        registry.apply(Batch((UnitView("A", "A"),), prefixes=(prefix,), devices=tuple(network.devices())))
        facts = read(network, random, Condition("day")).facts
        for day in range(2):
            store(registry, dated(changing(facts, day), day), day)
        every = [finding for unit in current(registry, Settings()).units for finding in unit.findings]
        told = {one.observation.mac: one.alike for one in every if one.alike is not None}
        assert len(told) > 5
        assert {known.sure for known in told.values()} == {True, False}
        for finding in every:
            mac = finding.observation.mac
            if mac is not None and mac.is_local:
                answer: Any = locate(registry, Settings(), str(mac), reveal=True).data
                (match,) = answer["matches"]
                assert match["probably_same"] == data.likeness(finding.alike)


def dated(facts: FactSet, day: int) -> FactSet:
    later = timedelta(days=day)
    return replace(
        facts,
        fdb=tuple(replace(row, at=row.at + later) for row in facts.fdb),
        arp=tuple(replace(row, at=row.at + later) for row in facts.arp),
        coverage=tuple(replace(row, at=row.at + later) for row in facts.coverage),
    )


def _essence(match: object) -> tuple[object, ...]:
    assert isinstance(match, dict)
    filed = match["registration"]
    return (
        match["mac"],
        match["ips"],
        match["status"],
        match["unit"],
        filed["id"] if filed else None,
        match["location"]["verdict"],
    )
