"""The main job: scan, read the devices, locate, compare. Each stored step is one transaction: any end is valid."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness
from inventory.model.errors import UsageError
from inventory.model.records import SweepOutcome
from inventory.model.sweep import Skipped, SweepSummary
from inventory.model.text import N_, listed, text
from netaudit.app.asked import STIMULUS_LASTS, Asked
from netaudit.app.beacon import Beacon, Told
from netaudit.app.clock import SweepClock
from netaudit.app.gateways import Gateways
from netaudit.app.knocks import Knocks
from netaudit.app.lock import only_sweep
from netaudit.app.logins import logins, ssh_limits
from netaudit.app.manners import Manners
from netaudit.app.plan import SweepPlan, SweepRequest, make_plan, readable
from netaudit.app.planes import Planes
from netaudit.app.quiet import Curfew, Quiet
from netaudit.app.scan import Scan
from netaudit.app.scope import cut_blocks, registered_gateways, still_allowed
from netaudit.app.summary import stored_summary
from probes.contract import BlockDone, Progress, ReadLimits
from probes.sweep.limits import LIMITS, NOT_ASKED, SEND_ERRORS
from reports import vocabulary

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from inventory.model.coverage import Table, TableCoverage
    from inventory.model.factset import FactSet, ScannedBlock
    from inventory.model.observation import Observation, Reconciliation
    from inventory.model.records import RegistrationView, SweepView
    from inventory.model.text import Text
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry
    from netaudit.app.knocks import Round
    from netaudit.settings import Settings
    from probes.contract import Block, DeviceReading, DeviceTarget, SshTarget

_LOG = logging.getLogger(__name__)

TABLES_LAST: Final = timedelta(days=1)
"""Tables read before that and tables read now say nothing about one moment."""

_RECENT_SWEEPS: Final = 5
_LOOKED_BACK: Final = 5
"""So many sweeps back a gateway is looked for that the newest did not read."""
_UNSENT: Final = frozenset({NOT_ASKED, SEND_ERRORS})
"""Limits of a block that leave addresses of the scope unasked."""


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How a sweep ended, and what is known by it."""

    summary: SweepSummary
    reconciliation: Reconciliation


def start(
    registry: Registry, settings: Settings, request: SweepRequest, stop: threading.Event, tell: Callable[[Told], None]
) -> SweepResult:
    """Plan and run a new sweep.

    Raises:
        UsageError: the scope is wrong, or another sweep is running here.
        RegistryError: the registry cannot be written; what was stored before stays, and ``resume`` goes on.
    """
    plan = make_plan(request, registry.filed())
    with only_sweep(registry, settings.database_url):
        clock = SweepClock()
        number = registry.start_sweep(plan.stored_scope, plan.stored_options, clock.now())
        with Beacon(registry, number, stop, tell) as beacon:
            return _Run(registry, settings, plan, number, clock, stop, beacon.tell).run()


def resume(registry: Registry, settings: Settings, stop: threading.Event, tell: Callable[[Told], None]) -> SweepResult:
    """Go on with the last interrupted sweep, as it was planned.

    Raises:
        UsageError: no sweep was interrupted, what it read is too old, or one is running here.
    """
    with only_sweep(registry, settings.database_url):
        interrupted = registry.last_unfinished_sweep()
        if interrupted is None:
            raise UsageError(text("There is no interrupted sweep to go on with."), text("Start one: netaudit sweep"))
        clock = SweepClock()
        _check_age(registry, interrupted, clock.now())
        plan = SweepPlan.stored(interrupted.scope, interrupted.options)
        plan = replace(plan, scope=still_allowed(plan.scope, settings.sweep.exclude, registry.filed()))
        with Beacon(registry, interrupted.id, stop, tell) as beacon:
            return _Run(registry, settings, plan, interrupted.id, clock, stop, beacon.tell).run()


def _check_age(registry: Registry, interrupted: SweepView, now: datetime) -> None:
    last = max((interrupted.started_at, *registry.finished_steps(interrupted.id).values()))
    if abs(now - last) > TABLES_LAST:
        raise UsageError(
            text("Sweep {number} was interrupted too long ago: stations have moved since.", number=interrupted.id),
            text("Start a new one: netaudit sweep"),
        )


class _Run:
    def __init__(
        self,
        registry: Registry,
        settings: Settings,
        plan: SweepPlan,
        number: int,
        clock: SweepClock,
        stop: threading.Event,
        tell: Callable[[Told], None],
    ) -> None:
        self.registry = registry
        self.settings = settings
        self.plan = plan
        self.number = number
        self.clock = clock
        self.stop = stop
        self.tell = tell
        self.planes = Planes(registry.prefixes())
        self.manners = Manners(registry.filed(), settings.sweep, quiet=plan.quiet_hours)
        self.quiet = Quiet(self.manners)
        self.skipped: list[Skipped] = list(plan.scope.skipped)

    def run(self) -> SweepResult:
        done = self.registry.finished_steps(self.number)
        blocks = self._blocks() if self.plan.scan else []
        unread = [name for name in self.plan.devices if _reading(name) not in done]
        devices = self.registry.devices()
        targets, skipped = readable(unread, devices, self.settings, self.plan.scope.excluded)
        bearing = self.registry.rows_per_request()
        targets = [replace(target, rows_per_request=bearing.get(target.name)) for target in targets]
        by_ssh, without = logins(
            unread, devices, self.settings, self.plan.scope.excluded, self.registry.sessions.believed()
        )
        self.skipped += skipped + without
        owned = gateway_devices(self.registry)
        gateways = Gateways(
            self.registry,
            self.number,
            devices,
            targets,
            self.planes,
            owners={owned[area.gateway] for area in self.plan.scope.areas if area.gateway in owned},
            settings=self.settings,
            quiet=self.quiet,
            stop=self.stop,
        )
        knocks = Knocks(self._read_limits(), ssh_limits(self.settings), self.stop)
        if blocks:
            asleep = self.quiet.asleep([*targets, *by_ssh])
            knocks.start([t for t in targets if t.name not in asleep], [t for t in by_ssh if t.name not in asleep])
        try:
            self._scan(blocks, self._still_fresh(done, blocks, unread), gateways)
            self._collect(knocks, targets, by_ssh)
        finally:
            knocks.end()
        self.tell(Told("resolve", 0, 1))
        from netaudit.app.resolve import conclude  # noqa: PLC0415 -- loaded while the network is waited for

        observations = conclude(self.registry, self.number)
        result = self._finish(sum(len(block.addresses) for block in blocks), observations)
        self.tell(Told("resolve", 1, 1))
        return result

    def _blocks(self) -> list[Block]:
        known = known_hosts(self.registry, self.registry.filed().registrations)
        return self.manners.minded(cut_blocks(self.plan.scope, gateway_devices(self.registry), known))

    def _still_fresh(self, done: dict[str, datetime], blocks: list[Block], devices: list[str]) -> set[str]:
        """Return the blocks that need not be asked again; those whose stimulus has worn off are reopened."""
        asked = {block.key for block in blocks if block.key in done}
        if not devices:
            return asked
        now = self.clock.now()
        # A step of the future was done before the clock was set back: nobody knows how long ago.
        worn = {key for key in asked if not timedelta(0) <= now - done[key] <= STIMULUS_LASTS}
        for key in sorted(worn):
            self.registry.restart_step(self.number, key)
        return asked - worn

    def _scan(self, blocks: list[Block], fresh: set[str], gateways: Gateways) -> None:
        asked = Asked(self.registry, self.number, self.clock)
        tables = bool(self.plan.devices)
        todo = asked.left([block for block in blocks if block.key not in fresh], STIMULUS_LASTS if tables else None)
        total = sum(len(block.addresses) for block in blocks)
        done = total - sum(len(block.addresses) for block in todo)
        if not todo or self.stop.is_set():
            return
        self.tell(Told("scan", done, total))
        registered = registered_gateways(self.plan.scope)
        scan = Scan(self.plan.probes, self.plan.pace, gateways, self.quiet, registered, self.stop, self.clock.now)
        for event in scan.events(todo):
            match event:
                case BlockDone(finished=False):
                    asked.keep(event)
                case BlockDone():
                    asked.store(event)
                    done += len(event.block.addresses)
                    self.tell(Told("scan", done, total))
                case Progress():
                    asked.store_kept()
                    share = min(1.0, event.packets_sent / max(1, event.packets_planned))
                    remark = text("{alive} alive", alive=event.alive)
                    self.tell(Told("scan", max(done, int(share * total)), total, remark))
        asked.store_kept()

    def _collect(self, knocks: Knocks, by_snmp: list[DeviceTarget], by_ssh: list[SshTarget]) -> None:
        """Read the devices, last those that have not answered so far and may yet."""
        total = len({*(one.name for one in by_snmp), *(one.name for one in by_ssh)})
        now, later = knocks.first(by_snmp, by_ssh)
        done = self._read_round(now, 0, total)
        if later and not self.stop.is_set():
            self._read_round(knocks.rest(later), done, total)

    def _read_round(self, some: Round, done: int, total: int) -> int:
        """Read devices; those that come into their quiet hours are left out from then on. Return how many are done."""
        targets: list[DeviceTarget | SshTarget] = [*some.by_snmp, *some.by_ssh]
        unread = frozenset(target.name for target in targets)
        whole = len(unread)

        def left() -> list[DeviceTarget | SshTarget]:
            return [target for target in targets if target.name in unread]

        while not self.stop.is_set() and (unread := unread - self.quiet.devices(left())):
            halt = Curfew(self.stop, self.quiet, left)
            snmp, ssh = [t for t in some.by_snmp if t.name in unread], [t for t in some.by_ssh if t.name in unread]
            self.tell(Told("collect", done + whole - len(unread), total))
            for reading in self._readings(snmp, ssh, halt):
                self._store_reading(reading)
                unread -= {reading.device}
                read = done + whole - len(unread)
                self.tell(Told("collect", read, total, text("{device} read", device=reading.device)))
            if not halt.halted:
                break
        return done + whole

    def _readings(
        self, by_snmp: Sequence[DeviceTarget], by_ssh: Sequence[SshTarget], halt: Curfew
    ) -> Iterator[DeviceReading]:
        from netaudit.app.bothways import BothWays  # noqa: PLC0415 -- a scan alone need not pay for it

        both = BothWays(self.registry, self.number, self.settings, halt)
        yield from both.readings(by_snmp, by_ssh, self._read_limits())

    def _read_limits(self) -> ReadLimits:
        wanted = self.settings.collect
        return ReadLimits(
            timeout_s=wanted.timeout,
            retries=wanted.retries,
            device_budget_s=wanted.device_budget,
            in_flight=wanted.devices_in_flight,
            engine=wanted.engine,
        )

    def _store_reading(self, reading: DeviceReading) -> None:
        self.registry.store_reading(
            self.number,
            _reading(reading.device),
            reading.device,
            self.planes.settled(reading.facts),
            reading.coverage,
            reading.finished_at,
            rows_per_request=reading.rows_per_request,
        )

    def _finish(self, targets: int, observations: Sequence[Observation]) -> SweepResult:
        facts = self.registry.coverage_facts([self.number])
        self.skipped += self.quiet.skipped() + _limits(facts.blocks) + _unread(facts.coverage)
        probed = sum(block.asked for block in facts.blocks)
        alive = sum(block.alive for block in facts.blocks)
        outcome = self._outcome(facts, probed)
        now = self.clock.now()
        view = self.registry.sweep(self.number)
        from netaudit.app.current import compare  # noqa: PLC0415 -- loaded while the network is waited for

        known = compare(self.registry, [view], concluded=observations)
        endpoints = sum(unit.observed for unit in known.units)
        unregistered = sum(unit.unregistered for unit in known.units)
        summary = SweepSummary(
            sweep=self.number,
            started_at=view.started_at,
            finished_at=now,
            outcome=outcome,
            targets=max(targets, probed),  # of a vast IPv6 network, only who is found counts
            probed=probed,
            alive=alive,
            endpoints=endpoints,
            unregistered=unregistered,
            coverage=known.coverage,
            skipped=tuple(self.skipped),
        )
        self.registry.finish_sweep(self.number, outcome, now, stored_summary(summary, known))
        self.registry.sessions.drop_transcripts(now - timedelta(days=self.settings.collect.keep_output_days))
        _LOG.info(N_("sweep ended"), extra={"sweep": self.number, "outcome": outcome.value, "endpoints": endpoints})
        return SweepResult(summary, replace(known, as_of=now))

    def _outcome(self, facts: FactSet, probed: int) -> SweepOutcome:
        if self.stop.is_set():
            return SweepOutcome.INTERRUPTED
        coverage = facts.coverage
        read = {entry.device for entry in coverage if entry.usable}
        wanted = set(self.plan.devices)
        if (wanted or self.plan.scan) and not read and not probed:
            return SweepOutcome.FAILED
        whole = {entry.device for entry in coverage} - {entry.device for entry in coverage if _incomplete(entry)}
        unsent = any(_UNSENT.intersection(block.limits) for block in facts.blocks)
        return SweepOutcome.COMPLETE if wanted <= whole and not unsent and not self.quiet else SweepOutcome.PARTIAL


def _incomplete(entry: TableCoverage) -> bool:
    return entry.completeness not in {Completeness.COMPLETE, Completeness.UNSUPPORTED}


def _limits(blocks: tuple[ScannedBlock, ...]) -> list[Skipped]:
    keys = {key for block in blocks for key in block.limits}
    return [Skipped(key, LIMITS[key]) for key in sorted(keys)]


def _unread(coverage: tuple[TableCoverage, ...]) -> list[Skipped]:
    """One line per device and way its tables ended, so that a dead device is one line and not six."""
    ends: dict[tuple[str, Completeness], list[TableCoverage]] = {}
    for entry in coverage:
        if _incomplete(entry):
            ends.setdefault((entry.device, entry.completeness), []).append(entry)
    return [
        Skipped(
            device,
            text(
                "{tables}: {how} ({reason})",
                tables=_named(entry.table for entry in entries),
                how=_HOW[completeness],
                reason=next((entry.reason for entry in entries if entry.reason), "-"),
            ),
        )
        for (device, completeness), entries in sorted(ends.items())
    ]


def _named(tables: Iterable[Table]) -> Text | None:
    words = (vocabulary.word(table) for table in sorted(tables))
    return listed(word for word in words if word is not None)


_HOW: Final = {
    Completeness.TRUNCATED: text("read in part"),
    Completeness.CHANGED: text("changed while it was read"),
    Completeness.REFUSED: text("refused"),
    Completeness.TIMED_OUT: text("no answer"),
    Completeness.FAILED: text("not understood"),
}


def known_hosts(registry: Registry, filings: Sequence[RegistrationView]) -> list[tuple[str, IPAddress]]:
    """Return the IPv6 addresses that were filed or that one of the last sweeps saw, with their plane."""
    filed = [(row.plane, row.ip) for row in filings if row.ip.version == 6]  # noqa: PLR2004 -- IPv6
    recent = sorted((view.id for view in registry.sweeps() if view.finished_at), reverse=True)[:_RECENT_SWEEPS]
    return [*dict.fromkeys((*filed, *(registry.newest_ipv6(recent) if recent else ())))]


def gateway_devices(registry: Registry) -> dict[IPAddress, str]:
    """Return which device owns which address: as the last sweeps read it, the newest first.

    The newest may have read no device, or not every one.
    """
    own = sorted((view.id for view in registry.sweep_times() if view.finished_at and not view.recorded), reverse=True)
    wanted = {prefix.gateway for prefix in registry.prefixes() if prefix.gateway is not None}
    found: dict[IPAddress, str] = {}
    for number in own[:_LOOKED_BACK]:
        if found and wanted <= found.keys():
            break
        found = {fact.ip: fact.device for fact in registry.coverage_facts([number]).addresses} | found
    return found


def _reading(device: str) -> str:
    return f"read:{device}"
