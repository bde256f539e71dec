"""All that is known of one device itself: who it says it is, how it was read, what was found and measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.model.check import DeviceCheck
    from inventory.model.coverage import ReadState
    from inventory.model.facts import DeviceFact
    from inventory.model.measurement import Measurement
    from inventory.model.records import DeviceView
    from inventory.model.text import Text


@dataclass(frozen=True, slots=True)
class DeviceCondition:
    """One registered device."""

    device: DeviceView
    identity: DeviceFact | None
    """None where it was never read."""
    read: ReadState | None
    """None for what forwards nothing."""
    checks: tuple[DeviceCheck, ...]
    measurements: tuple[Measurement, ...]
    """Of its last reading."""
    runtime_min: float | None = None
    """How long its battery is believed to last."""
    runtime_because: Text | None = None
