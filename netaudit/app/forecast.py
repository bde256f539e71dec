"""``--dry-run``: what a sweep would send, to whom, and for how long. Nothing is sent, and nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.sweep import Forecast, ForecastRow
from netaudit.app.answer import Report
from netaudit.app.plan import SweepRequest, make_plan, readable
from netaudit.app.scope import cut_blocks
from netaudit.app.sweep import gateway_devices
from probes.sweep.capability import detect
from probes.sweep.forecast import forecast
from probes.sweep.links import local_networks
from probes.sweep.tcp import room
from reports.kinds import forecast as kind

if TYPE_CHECKING:
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def foretell(registry: Registry, settings: Settings, request: SweepRequest) -> Report:
    """Count what the request would send from this machine, with this process's privileges.

    Raises:
        UsageError: the scope is wrong.
    """
    records = registry.filed()
    plan = make_plan(request, records)
    targets, skipped = readable(plan.devices, records.devices, settings, plan.scope.excluded)
    ability = detect()
    counted = forecast(
        cut_blocks(plan.scope, gateway_devices(registry)) if plan.scan else (),
        plan.probes,
        plan.pace,
        ability=ability,
        links=local_networks(),
        connects_at_once=None if ability.arp else room(),
    )
    told = Forecast(
        rows=tuple(
            ForecastRow(
                one.block.plane,
                one.block.network,
                len(one.block.addresses),
                one.packets_min,
                one.packets_max,
                one.bytes_max,
                one.seconds_max,
            )
            for one in counted
        ),
        devices=tuple(target.name for target in targets),
        probes=tuple(sorted(plan.probes.kinds)),
        tcp_ports=plan.probes.tcp_ports,
        rate_pps=plan.pace.rate_pps,
        skipped=(*plan.scope.skipped, *skipped),
    )
    return Report(kind.document(told), kind.json_document(told))
