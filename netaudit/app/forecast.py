"""``--dry-run``: what a sweep would send, to whom, and for how long. Nothing is sent, and nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inventory.model.sweep import Forecast, ForecastRow, Skipped
from inventory.model.text import text
from netaudit.app.answer import Report
from netaudit.app.gateways import resolves
from netaudit.app.manners import Manners
from netaudit.app.plan import SweepRequest, make_plan, readable
from netaudit.app.resolvers import most_per_second
from netaudit.app.scan import pokes
from netaudit.app.scope import cut_blocks
from netaudit.app.sweep import gateway_devices, known_hosts
from probes.contract import Lane
from probes.sweep.capability import detect
from probes.sweep.forecast import forecast
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
    from probes.contract import Block, ProbePlan, SweepForecast
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
    owned = gateway_devices(registry)
    blocks = manners.minded(cut_blocks(plan.scope, owned, known_hosts(registry))) if plan.scan else []
    now = datetime.now(UTC).astimezone().time()
    awake = [block for block in blocks if manners.quiet(block, now) is None]
    quiet = [
        Skipped(str(block.network), text("Quiet hours {span}: not scanned, or not to the end.", span=str(span)))
        for block in blocks
        if (span := manners.quiet(block, now)) is not None
    ]
    read = {target.name for target in targets}
    poked = bool({device.name for device in records.devices if resolves(device, owned.values())} & read)
    rate = most_per_second(plan.pace.new_addresses_per_gateway_s, settings.sweep.neighbour_table) if poked else None
    told = Forecast(
        rows=tuple(_rows(plan, awake, rate)),
        devices=tuple((target.name, target.address) for target in targets),
        probes=tuple(sorted(plan.probes.kinds)),
        tcp_ports=plan.probes.tcp_ports,
        rate_pps=plan.pace.rate_pps,
        rounds=None if plan.probes.adaptive else plan.probes.retries + 1,
        sources=tuple(
            str(ip) for ip in sources([*(block.addresses[0] for block in awake), *(one.address for one in targets)])
        ),
        contact=settings.sweep.contact,
        skipped=(*plan.scope.skipped, *quiet, *skipped),
    )
    return Report(kind.document(told), kind.json_document(told))


def _rows(plan: SweepPlan, blocks: Sequence[Block], gateway_rate: float | None) -> Iterable[ForecastRow]:
    """Foretell each area; ``gateway_rate`` is how fast a gateway that is read may be poked."""
    ability, links, given = detect(), local_networks(), plan.probes
    rounds = _USUAL_ROUNDS if given.adaptive else given.retries + 1
    cheap = pokes(given, ability)
    first = replace(given, kinds=cheap or given.kinds, retries=0)
    ordinary = replace(given, retries=rounds - 1)
    narrowed = blocks
    if cheap is not None and gateway_rate is not None:
        ordinary = replace(ordinary, kinds=cheap)
        narrowed = [_narrowed(block, gateway_rate) for block in blocks]
    every = replace(given, retries=(MOST_ROUNDS if given.adaptive else rounds) - 1)
    fewest = _counted(plan, narrowed, first, ability, links)
    usual = _counted(plan, narrowed, ordinary, ability, links)
    most = _counted(plan, blocks, every, ability, links)
    for area, numbers in _by_area(plan.scope.areas, blocks):
        expected, least, worst = ([part[n] for n in numbers] for part in (usual, fewest, most))
        binds = max(expected, key=lambda one: one.seconds_max).binds
        yield ForecastRow(
            plane=area.plane,
            network=area.network,
            addresses=sum(len(one.block.addresses) for one in expected),
            packets_min=sum(one.packets_min for one in least),
            packets_usual=sum(one.packets_max for one in expected),
            packets_max=sum(one.packets_max for one in worst),
            bytes_max=sum(one.bytes_max for one in worst),
            seconds_min=sum(one.seconds_max for one in least),
            seconds_usual=sum(one.seconds_max for one in expected),
            seconds_max=sum(one.seconds_max for one in worst),
            limit=binds.limit,
            pps=binds.pps,
        )


def _counted(
    plan: SweepPlan, blocks: Sequence[Block], probes: ProbePlan, ability: Ability, links: Sequence[IPNetwork]
) -> list[SweepForecast]:
    connects = None if ability.arp else room()
    return forecast(blocks, probes, plan.pace, ability=ability, links=links, connects_at_once=connects)


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
