"""What is near a filing that nothing observed tells the same of its silence as everything does, or nothing."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from random import Random
from typing import TYPE_CHECKING

from inventory.location.engine import locate
from inventory.model.factset import ScannedBlock
from inventory.model.observation import Absence
from inventory.model.records import Filed, PointView, PrefixView, RegistrationView, UnitView, YesNoUnknown
from inventory.reconcile.absence import settled
from inventory.reconcile.identity import observe
from inventory.reconcile.result import findings, reconcile
from tests.simulator.conditions import Condition
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import AT, read

if TYPE_CHECKING:
    from inventory.model.factset import FactSet
    from inventory.model.values import Mac
    from tests.simulator.network import Network

POINTS = tuple(f"P-{n}" for n in range(6))


def records(network: Network, random: Random) -> Filed:
    """Return points behind translation and not, networks with and without a point and a gateway, and filings."""
    devices = tuple(replace(view, point=random.choice(POINTS)) for view in network.devices())
    points = tuple(PointView(code, "A", code, nat=random.choice(list(YesNoUnknown))) for code in POINTS)
    gateways = [None, *(view.address for view in devices)]
    cidrs = sorted({ip_network(f"{ip}/28", strict=False) for ip in network.ips.values()}, key=str)
    prefixes = tuple(
        PrefixView(cidr, "A", "public", random.choice([None, *POINTS]), gateway=random.choice(gateways))
        for cidr in cidrs
        if random.random() < 0.8
    )
    filings = tuple(
        RegistrationView(n, "A", "public", ip_address(ip), mac, point=random.choice([None, None, *POINTS]))
        for n, (mac, ip) in enumerate(sorted(network.ips.items(), key=str), 1)
    )
    return Filed((UnitView("A", "A"),), points, prefixes, devices, registrations=filings)


def without(facts: FactSet, macs: set[Mac]) -> FactSet:
    """Leave out what speaks of some stations."""
    return replace(
        facts,
        fdb=tuple(row for row in facts.fdb if row.mac not in macs),
        arp=tuple(row for row in facts.arp if row.mac not in macs),
    )


def some_unread(facts: FactSet, random: Random) -> FactSet:
    """Leave out what every third device was asked for."""
    unread = {name for name in sorted({row.device for row in facts.coverage}) if random.random() < 0.3}
    return replace(facts, coverage=tuple(row for row in facts.coverage if row.device not in unread))


def test_what_is_near_tells_the_same_or_nothing() -> None:
    told: set[tuple[Absence, str]] = set()
    left = 0
    for seed in range(12):
        random = Random(seed)  # noqa: S311 -- reproducible networks
        network = build(random, Shape(8, 60, spanning=0.0))
        filed = records(network, random)
        seen = without(read(network, random, Condition("day")).facts, set(random.sample(sorted(network.ips), 25)))
        asked = ScannedBlock("public", ip_network("10.0.0.0/8"), 2**24 - 2, 0)
        facts = replace(some_unread(seen, random), blocks=(asked,) if seed % 2 else ())
        observations = observe(seen, locate(seen, filed.devices), filed.devices)
        known = reconcile(filed, observations, replace(facts, arp=(), fdb=()), as_of=AT)
        compared = findings(filed, observations)
        for one in (one for unit in known.units for one in unit.missing):
            near = settled(replace(filed, registrations=(one.registration,)), compared, facts=replace(facts, arp=()))
            if near is None:
                left += 1
            else:
                assert near == (one,)
                told.add((one.absence, one.because.message))
    assert left > 0
    assert {absence for absence, _ in told} == set(Absence)
    assert len(told) > 3
