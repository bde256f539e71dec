"""Reads the gateways' ARP and ND tables while the scan goes on: they know silent hosts, and forget them again."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Table
from inventory.model.records import DeviceRole
from probes.contract import ReadLimits
from probes.snmp.collect import collect

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from inventory.model.records import DeviceView
    from inventory.registry.engine import Registry
    from netaudit.app.planes import Planes
    from probes.contract import DeviceTarget, Engine

EVERY_S: Final = 60.0
"""Linux gateways may forget a silent host after a minute; switches do so after 20 minutes by default."""
_LIMITS: Final = ReadLimits(timeout_s=1.0, retries=0, table_budget_s=20.0, device_budget_s=30.0)
"""Finished blocks wait to be stored meanwhile, so a gateway that does not answer now is left to the full read."""
_GATEWAYS: Final = frozenset({DeviceRole.ROUTER, DeviceRole.CORE})


class Gateways:
    """The gateways of one sweep."""

    def __init__(
        self,
        registry: Registry,
        sweep: int,
        devices: Sequence[DeviceView],
        targets: Sequence[DeviceTarget],
        planes: Planes,
        stop: threading.Event,
        engine: Engine,
    ) -> None:
        names = {device.name for device in devices if device.role in _GATEWAYS}
        tables = frozenset({Table.ARP})
        self._registry = registry
        self._sweep = sweep
        self._targets = [replace(target, tables=tables) for target in targets if target.name in names]
        self._planes = planes
        self._stop = stop
        self._limits = replace(_LIMITS, engine=engine)
        self._read_at = float("-inf")

    def read_when_due(self) -> None:
        """Read and store the tables unless that was done a moment ago. Each device's read is a step of its own."""
        if not self._targets or time.monotonic() - self._read_at < EVERY_S:
            return
        for reading in collect(self._targets, self._limits, self._stop):
            coverage = [entry for entry in reading.coverage if entry.table is Table.ARP and entry.usable]
            if coverage:
                step = f"arp:{reading.device}:{reading.finished_at.isoformat()}"
                facts = self._planes.settled(reading.facts)
                self._registry.store_reading(self._sweep, step, reading.device, facts, coverage, reading.finished_at)
        self._read_at = time.monotonic()
