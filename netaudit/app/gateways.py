"""The gateways of a sweep: their ARP and ND tables are read before they are poked and again while they are."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness, Table
from inventory.model.facts import ArpRow
from inventory.model.records import DeviceRole
from netaudit.app.resolvers import resolver_of
from probes.contract import ReadLimits

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence

    from inventory.model.records import DeviceView
    from inventory.model.values import IPAddress, Mac
    from inventory.registry.engine import Registry
    from netaudit.app.planes import Planes
    from netaudit.app.quiet import Quiet
    from netaudit.app.resolvers import Place, Resolver
    from netaudit.settings import Settings
    from probes.contract import DeviceReading, DeviceTarget

_LIMITS: Final = ReadLimits(timeout_s=1.0, retries=0, table_budget_s=20.0, device_budget_s=30.0)
"""Finished blocks wait to be stored meanwhile, so a gateway that does not answer now is left to the full read."""
_GATEWAYS: Final = frozenset({DeviceRole.ROUTER, DeviceRole.CORE})
_BEFORE: Final = frozenset({Table.ARP, Table.ADDRESSES})
_DURING: Final = frozenset({Table.ARP})
_OTHERS_S: Final = 60.0


def resolves(device: DeviceView, owners: Container[str]) -> bool:
    """Whether a device may resolve addresses: by its role, or as the owner of a registered gateway address."""
    return device.role in _GATEWAYS or device.name in owners


class Gateways:
    """Routers, core switches, and whatever else owns a registered gateway address."""

    def __init__(  # noqa: PLR0913 -- whom to ask, when, and where to put it
        self,
        registry: Registry,
        sweep: int,
        devices: Sequence[DeviceView],
        targets: Sequence[DeviceTarget],
        planes: Planes,
        *,
        owners: Iterable[str] = (),
        settings: Settings,
        quiet: Quiet,
        stop: threading.Event,
    ) -> None:
        owners = set(owners)
        names = {device.name for device in devices if resolves(device, owners)}
        self._registry, self._sweep, self._planes, self._stop = registry, sweep, planes, stop
        self._sizes, self._quiet = settings.sweep, quiet
        self._limits = replace(_LIMITS, engine=settings.collect.engine)
        self._targets = {target.name: target for target in targets if target.name in names}
        self._due: dict[str, float] = {}
        self._stored: set[tuple[str, str, IPAddress, Mac]] = set()
        self._known: dict[str, set[Place]] = {}
        self._incomplete: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._targets)

    def learn(self) -> list[Resolver]:
        """Read what the gateways know before anything is sent, and return what each of them is attached to."""
        found = []
        for reading in self._read(self._targets, _BEFORE):
            size = self._sizes.neighbour_tables.get(reading.device, self._sizes.neighbour_table)
            resolver = resolver_of(reading.device, self._planes.settled(reading.facts), size)
            if resolver.links and reading.device in self._known:
                found.append(resolver)
        return sorted(found, key=lambda one: one.device)

    def read(self, every_s: Mapping[str, float]) -> None:
        """Read the tables that are due.

        Args:
            every_s: seconds between two reads of a gateway that is poked; the others are read once a minute.
        """
        now = time.monotonic()
        due = {name for name in self._targets if now >= self._due.get(name, 0.0)}
        if not due:
            return
        for name in due:
            self._due[name] = now + every_s.get(name, _OTHERS_S)
        for reading in self._read(due, _DURING):
            # A table that takes long to read costs the gateway work: it is left alone at least as long.
            took = (reading.finished_at - reading.started_at).total_seconds()
            self._due[reading.device] = max(self._due[reading.device], time.monotonic() + took)

    def read_again(self, names: Collection[str]) -> None:
        """Read the tables of these gateways now."""
        for _ in self._read(names, _DURING):
            pass

    def knows(self, names: Iterable[str]) -> set[Place] | None:
        """Return plane and address of all these gateways resolved so far; None when a table was not read to its end."""
        names = set(names)
        if names & self._incomplete or not names <= self._known.keys():
            return None
        return set().union(*(self._known[name] for name in names))

    def _read(self, names: Collection[str], tables: frozenset[Table]) -> list[DeviceReading]:
        asleep = self._quiet.devices(self._targets[name] for name in names)
        self._incomplete |= asleep
        targets = [replace(self._targets[name], tables=tables) for name in sorted(names) if name not in asleep]
        if not targets:
            return []
        from probes.snmp.collect import collect  # noqa: PLC0415 -- a scan alone need not pay for it

        readings = list(collect(targets, self._limits, self._stop))
        for reading in readings:
            self._take(reading)
        return readings

    def _take(self, reading: DeviceReading) -> None:
        """Store the rows that are new in this sweep: each read is a step of its own."""
        coverage = [entry for entry in reading.coverage if entry.table is Table.ARP and entry.usable]
        whole = any(entry.completeness is Completeness.COMPLETE for entry in coverage)
        (self._incomplete.discard if whole else self._incomplete.add)(reading.device)
        if not coverage:
            return
        facts = self._planes.settled(reading.facts)
        rows = [fact for fact in facts if isinstance(fact, ArpRow)]
        self._known.setdefault(reading.device, set()).update((row.plane, row.ip) for row in rows)
        fresh = {key: row for row in rows if (key := (row.device, row.plane, row.ip, row.mac)) not in self._stored}
        self._stored.update(fresh)
        if fresh:
            step, at = f"arp:{reading.device}:{reading.finished_at.isoformat()}", reading.finished_at
            self._registry.store_reading(self._sweep, step, reading.device, list(fresh.values()), coverage, at)
