"""What is known of the registered devices themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.migration.autonomy import autonomy
from inventory.model.condition import DeviceCondition
from inventory.reconcile.logins import login_checks
from inventory.reconcile.software import software_checks
from netaudit.app.current import current, window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.model.check import Check, DeviceCheck
    from inventory.model.coverage import ReadState
    from inventory.model.crosscheck import CrossCheck
    from inventory.model.facts import DeviceFact
    from inventory.model.hostkeys import HostKeyView
    from inventory.model.measurement import Measurement
    from inventory.model.records import SweepView
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def conditions(
    registry: Registry, settings: Settings, *, sweep: int | None = None, reads: Mapping[str, ReadState] | None = None
) -> tuple[DeviceCondition, ...]:
    """Join every registered device with what it said, measured, and what looks at it found.

    Args:
        registry: where all that is.
        settings: how many days back a reading counts.
        sweep: only what this sweep read.
        reads: how completely each device was read, where the caller knows it already.

    Raises:
        UsageError: there is no such sweep.
    """
    views = [view.id for view in window(registry, settings, sweep)]
    reads = dict(current(registry, settings, sweep=sweep).devices) if reads is None else reads
    facts = registry.device_facts(views)
    said = _last(facts)
    measured = _last_reading(registry.measurements(views))
    checks = _checks(registry.last_checks(), facts, registry.sessions.host_keys())
    found = []
    for device in sorted(registry.devices(), key=lambda one: one.name):
        own = measured.get(device.name, ())
        lasts = autonomy(own)
        found.append(
            DeviceCondition(
                device,
                said.get(device.name),
                reads.get(device.name),
                checks.get(device.name, ()),
                own,
                lasts.minutes,
                lasts.because if own else None,
            )
        )
    return tuple(found)


def last_measurements(registry: Registry, settings: Settings, device: str) -> tuple[Measurement, ...]:
    """Return what a device measured when it was last read."""
    views = [view.id for view in window(registry, settings, None)]
    return _last_reading(registry.measurements(views)).get(device, ())


def twice_read(registry: Registry, views: Sequence[SweepView]) -> tuple[CrossCheck, ...]:
    """Return how the last readings of devices that were read both ways compared, by device and table."""
    found = {(one.device, one.table.value): one for one in registry.crosschecks([view.id for view in views])}
    return tuple(found[key] for key in sorted(found))


def _last(facts: Iterable[DeviceFact]) -> dict[str, DeviceFact]:
    """Return the newest word of each device."""
    found: dict[str, DeviceFact] = {}
    for fact in sorted(facts, key=lambda one: one.at):
        found[fact.device] = fact
    return found


def _last_reading(measured: Sequence[Measurement]) -> dict[str, tuple[Measurement, ...]]:
    """Return each device's measurements of its newest reading, in the order they were read."""
    by_sensor: dict[str, dict[tuple[str, str, str], Measurement]] = {}
    for one in sorted(measured, key=lambda m: m.at):
        by_sensor.setdefault(one.device, {})[one.sensor, one.quantity.value, one.table] = one
    return {device: tuple(same.values()) for device, same in by_sensor.items()}


def _checks(
    looks: Iterable[DeviceCheck], facts: Iterable[DeviceFact], keys: Iterable[HostKeyView]
) -> dict[str, tuple[DeviceCheck, ...]]:
    """Return what looks found, by device.

    What follows from stored facts is judged anew: another device may run newer software since, and a host key may have
    been approved.
    """
    found: dict[str, dict[Check, DeviceCheck]] = {}
    for check in (*looks, *software_checks(facts), *login_checks(keys)):
        found.setdefault(check.device, {})[check.check] = check
    return {device: tuple(own.values()) for device, own in found.items()}
