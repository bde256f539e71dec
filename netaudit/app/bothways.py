"""Devices read by SNMP, by SSH or in both ways: one reading each, as soon as all its ways are in."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.facts import InterfaceFact
from inventory.model.factset import FactSet
from inventory.model.transcript import Transcript
from inventory.reconcile.crosscheck import crosschecks
from netaudit.app.halt import Halt
from netaudit.app.logins import ssh_limits
from probes.snmp.collect import collect as collect_by_snmp

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from inventory.registry.engine import Registry
    from netaudit.settings import Settings
    from probes.contract import DeviceReading, DeviceTarget, ReadLimits, SshTarget
    from probes.ssh.parser import Parser

_SWEEPS_BACK: Final = 30
"""So far back SNMP may have told last what the ports of a device are called."""
_MOST: Final = (1 << 31) - 1
"""The largest ifIndex there is; what was read by SSH alone has numbers beyond."""


class BothWays:
    """The readings of one sweep."""

    def __init__(self, registry: Registry, sweep: int, settings: Settings, stop: threading.Event) -> None:
        self._registry = registry
        self._sweep = sweep
        self._settings = settings
        self._stop = stop

    def readings(
        self, by_snmp: Sequence[DeviceTarget], by_ssh: Sequence[SshTarget], limits: ReadLimits
    ) -> Generator[DeviceReading, None, None]:
        """Read every device; what it printed is stored before anybody tries to understand it."""
        if not by_ssh:
            yield from collect_by_snmp(by_snmp, limits, self._stop)
            return
        # Logging in needs libraries that take a second to import: only a sweep that does pays for them.
        from probes.ssh.collect import collect as collect_by_ssh  # noqa: PLC0415 -- see above
        from probes.ssh.parser import Parser  # noqa: PLC0415 -- see above

        ssh = ssh_limits(self._settings)
        with Parser() as parser:
            told = _together(
                self._stop,
                lambda stop: collect_by_snmp(by_snmp, limits, stop),
                lambda stop: collect_by_ssh(by_ssh, ssh, stop),
            )
            try:
                yield from self._joined(told, by_snmp, by_ssh, parser)
            finally:
                told.close()

    def _joined(
        self,
        told: Iterable[DeviceReading | Transcript],
        by_snmp: Sequence[DeviceTarget],
        by_ssh: Sequence[SshTarget],
        parser: Parser,
    ) -> Generator[DeviceReading, None, None]:
        targets = {target.name: target for target in by_ssh}
        twice = {target.name for target in by_snmp} & targets.keys()
        readings: dict[str, DeviceReading] = {}
        transcripts: dict[str, Transcript] = {}
        for item in told:
            if isinstance(item, Transcript):
                self._keep(targets[item.device], item)
                transcripts[item.device] = item
            else:
                readings[item.device] = item
            device = item.device
            if device not in targets:
                yield readings.pop(device)
            elif device in transcripts and (device not in twice or device in readings):
                heard, read = transcripts.pop(device), readings.pop(device, None)
                remembered = named_before(self._registry, self._sweep, device)
                yield understood(heard, targets[device].plane, parser, read, remembered)

    def _keep(self, target: SshTarget, transcript: Transcript) -> None:
        address = f"{target.address} port {target.credential.port}"
        self._registry.sessions.store(self._sweep, target.plane, address, transcript, trusting=target.trusting)


def named_before(registry: Registry, sweep: int, device: str) -> tuple[InterfaceFact, ...]:
    """Return a device's interfaces as the newest earlier sweep tells that read any by their ifIndex."""
    earlier = [view.id for view in registry.sweep_times() if view.id < sweep]
    for number in sorted(earlier, reverse=True)[:_SWEEPS_BACK]:
        found = tuple(one for one in registry.archive.interfaces(number, device) if one.if_index <= _MOST)
        if found:
            return found
    return ()


def understood(
    transcript: Transcript,
    plane: str,
    parser: Parser,
    by_snmp: DeviceReading | None = None,
    remembered: Iterable[InterfaceFact] = (),
) -> DeviceReading:
    """Return what a transcript tells, united with what SNMP told of the same device, and how both compare.

    ``remembered`` are the interfaces that SNMP told before: a port keeps its name when SNMP does not answer.
    """
    from probes.ssh.reading import reading  # noqa: PLC0415 -- as above

    known = [fact for fact in by_snmp.facts if isinstance(fact, InterfaceFact)] if by_snmp else []
    by_ssh = reading(transcript, plane, parser, known, remembered=() if known else remembered)
    return united(by_snmp, by_ssh) or by_ssh


def united(by_snmp: DeviceReading | None, by_ssh: DeviceReading | None) -> DeviceReading | None:
    """Return one reading of what was read in one way or both, and how both compare."""
    if by_snmp is None or by_ssh is None:
        return by_snmp or by_ssh
    from probes.ssh.merge import merged  # noqa: PLC0415 -- as above

    compared = crosschecks(FactSet.of((*by_snmp.facts, *by_ssh.facts), (*by_snmp.coverage, *by_ssh.coverage)))
    united = merged(by_snmp, by_ssh)
    return replace(united, facts=(*united.facts, *compared))


def _together(
    stop: threading.Event, *sources: Callable[[threading.Event], Iterable[DeviceReading | Transcript]]
) -> Generator[DeviceReading | Transcript, None, None]:
    """Yield from several sources, whatever comes first; a failure of one ends all and is raised here."""
    linked = Halt(stop)
    told: queue.SimpleQueue[DeviceReading | Transcript | BaseException | None] = queue.SimpleQueue()

    def pump(source: Callable[[threading.Event], Iterable[DeviceReading | Transcript]]) -> None:
        try:
            for item in source(linked):
                told.put(item)
        except BaseException as error:  # noqa: BLE001 -- raised again by the consumer
            told.put(error)
        finally:
            told.put(None)

    pumps = [threading.Thread(target=pump, args=(source,), name="collect", daemon=True) for source in sources]
    for thread in pumps:
        thread.start()
    try:
        left = len(pumps)
        while left:
            item = told.get()
            if item is None:
                left -= 1
            elif isinstance(item, BaseException):
                raise item
            else:
                yield item
    finally:
        linked.set()
        for thread in pumps:
            thread.join()
