"""``--dry-run``: what a sweep would send, to whom, and for how long. Nothing is sent, and nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inventory.model.sweep import Forecast, ForecastRow, Lengths
from netaudit.app.answer import Report
from netaudit.app.gateways import resolves
from netaudit.app.manners import Manners
from netaudit.app.plan import SweepRequest, make_plan, readable
from netaudit.app.quiet import Quiet
from netaudit.app.resolvers import most_per_second
from netaudit.app.scan import pokes
from netaudit.app.scope import cut_blocks
from netaudit.app.sweep import gateway_devices, known_hosts
from probes.contract import Lane
from probes.sweep.capability import detect
from probes.sweep.forecast import Load, connects_per_s, forecast, joined
from probes.sweep.links import local_networks, sources
from probes.sweep.rounds import MOST as MOST_ROUNDS
from probes.sweep.tcp import room
from reports.kinds import forecast as kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.values import IPNetwork
    from inventory.registry.engine import Registry
    from netaudit.app.plan import SweepPlan
    from netaudit.app.scope import Area
    from netaudit.settings import Settings
    from probes.contract import Binding, Block
    from probes.sweep.capability import Ability

_USUAL_ROUNDS: Final = 2
"""An adaptive sweep without loss asks the silent ones once more, and is done."""


def foretell(registry: Registry, settings: Settings, request: SweepRequest) -> Report:
    """Count what the request would send from this machine, with this process's privileges.

    Raises:
        UsageError: the scope is wrong.
    """
    records = registry.filed()
    plan = make_plan(request, records)
    targets, skipped = readable(plan.devices, records.devices, settings, plan.scope.excluded)
    manners = Manners(records, settings.sweep, quiet=plan.quiet_hours)
    quiet = Quiet(manners)
    owned = gateway_devices(registry)
    blocks = (
        manners.minded(cut_blocks(plan.scope, owned, known_hosts(registry, records.registrations))) if plan.scan else []
    )
    asleep = {*quiet.blocks(blocks)}
    awake = [block for block in blocks if block.key not in asleep]
    unread = quiet.devices(targets)
    targets = [target for target in targets if target.name not in unread]
    read = {target.name for target in targets}
    poked = bool({device.name for device in records.devices if resolves(device, owned.values())} & read)
    rate = most_per_second(plan.pace.new_addresses_per_gateway_s, settings.sweep.neighbour_table) if poked else None
    ability = detect()
    courses = _courses(plan, awake, rate, ability)
    told = Forecast(
        rows=tuple(_rows(plan, awake, courses, ability)),
        seconds=courses.lengths(range(len(awake)), plan, ability)[0],
        devices=tuple((target.name, target.address) for target in targets),
        probes=tuple(sorted(plan.probes.kinds)),
        tcp_ports=plan.probes.tcp_ports,
        rate_pps=plan.pace.rate_pps,
        rounds=None if plan.probes.adaptive else plan.probes.retries + 1,
        sources=tuple(
            str(ip) for ip in sources([*(block.addresses[0] for block in awake), *(one.address for one in targets)])
        ),
        contact=settings.sweep.contact,
        skipped=(*plan.scope.skipped, *quiet.skipped(), *skipped),
    )
    return Report(kind.document(told), kind.json_document(told))


@dataclass(frozen=True, slots=True)
class _Courses:
    """What each block would be sent, in three ways the sweep may go."""

    least: list[Load]
    """Everybody answers the first probe."""
    usual: list[Load]
    """Nobody answers, and nothing is lost."""
    most: list[Load]
    """Nobody answers, and so much is lost that every address is asked as often as it may be."""

    def lengths(self, numbers: Sequence[int], plan: SweepPlan, ability: Ability) -> tuple[Lengths, Binding]:
        """Return how long these blocks take alone, and what the usual course waits for."""
        connects = connects_per_s(plan.probes, None if ability.arp else room())
        (least, _), (usual, binds), (most, _) = (
            joined(loads[n] for n in numbers).lasts(plan.pace, connects)
            for loads in (self.least, self.usual, self.most)
        )
        return Lengths(least, max(least, usual), max(least, usual, most)), binds


def _courses(plan: SweepPlan, blocks: Sequence[Block], gateway_rate: float | None, ability: Ability) -> _Courses:
    """Foretell each block; ``gateway_rate`` is how fast a gateway that is read may be poked."""
    links, given = local_networks(), plan.probes
    rounds = _USUAL_ROUNDS if given.adaptive else given.retries + 1
    cheap = pokes(given, ability)
    first = replace(given, kinds=cheap or given.kinds, retries=0)
    ordinary = replace(given, retries=rounds - 1)
    narrowed = blocks
    if cheap is not None and gateway_rate is not None:
        ordinary = replace(ordinary, kinds=cheap)
        narrowed = [_narrowed(block, gateway_rate) for block in blocks]
    every = replace(given, retries=(MOST_ROUNDS if given.adaptive else rounds) - 1)
    return _Courses(
        *(
            [forecast(block, probes, ability=ability, links=links) for block in some]
            for some, probes in ((narrowed, first), (narrowed, ordinary), (blocks, every))
        )
    )


def _rows(plan: SweepPlan, blocks: Sequence[Block], courses: _Courses, ability: Ability) -> Iterable[ForecastRow]:
    for area, numbers in _by_area(plan.scope.areas, blocks):
        seconds, binds = courses.lengths(numbers, plan, ability)
        worst = joined(courses.most[n] for n in numbers)
        yield ForecastRow(
            plane=area.plane,
            network=area.network,
            addresses=sum(len(blocks[n].addresses) for n in numbers),
            packets_min=sum(courses.least[n].packets_min for n in numbers),
            packets_usual=sum(courses.usual[n].packets_max for n in numbers),
            packets_max=worst.packets_max,
            bytes_max=worst.bytes_max,
            seconds=seconds,
            limit=binds.limit,
            pps=binds.pps,
        )


def _narrowed(block: Block, gateway_rate: float) -> Block:
    if block.lane is not None and block.lane.pps <= gateway_rate:
        return block
    return replace(block, lane=Lane(f"gateway:{block.gateway or ''}", gateway_rate))


def _by_area(areas: Sequence[Area], blocks: Sequence[Block]) -> Iterable[tuple[Area, list[int]]]:
    """Yield each area with the positions of its blocks; areas do not overlap within a plane."""
    positions: dict[tuple[str, IPNetwork], list[int]] = {}
    homes = {(area.plane, area.network): area for area in areas}
    for position, block in enumerate(blocks):
        network = block.network
        while (block.plane, network) not in homes:
            network = network.supernet()
        positions.setdefault((block.plane, network), []).append(position)
    return [(homes[key], found) for key, found in positions.items()]
