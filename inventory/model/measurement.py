"""What a device measures of power and climate: quantity, value in its one unit, sensor, state, time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.text import Text


class Quantity(StrEnum):
    """What is measured. Each has one unit, whatever the device counts in."""

    VOLTAGE = "voltage"
    CURRENT = "current"
    ACTIVE_POWER = "active_power"
    APPARENT_POWER = "apparent_power"
    FREQUENCY = "frequency"
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    ROTATION = "rotation"
    AIRFLOW = "airflow"
    CHARGE = "charge"
    """Of a battery, of what it holds when full."""
    LOAD = "load"
    """Of what the device can carry."""
    RUNTIME = "runtime"
    """How long the battery would last at the present load."""
    ON_BATTERY = "on_battery"
    """How long it has been running on battery."""
    COUNT = "count"
    STATE = "state"
    """No number: :attr:`Measurement.state` says it in a word."""
    OTHER = "other"
    """Something the device names a unit for that is none of the others."""


UNITS: Final = {
    Quantity.VOLTAGE: "V",
    Quantity.CURRENT: "A",
    Quantity.ACTIVE_POWER: "W",
    Quantity.APPARENT_POWER: "VA",
    Quantity.FREQUENCY: "Hz",
    Quantity.TEMPERATURE: "°C",
    Quantity.HUMIDITY: "%RH",
    Quantity.ROTATION: "rpm",
    Quantity.AIRFLOW: "m³/min",
    Quantity.CHARGE: "%",
    Quantity.LOAD: "%",
    Quantity.RUNTIME: "min",
    Quantity.ON_BATTERY: "s",
    Quantity.COUNT: "",
    Quantity.STATE: "",
    Quantity.OTHER: "",
}


class SensorStatus(StrEnum):
    """What the device, or the meaning of its word, says of the reading."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNAVAILABLE = "unavailable"
    """The sensor is there and says nothing that can be believed; why is in the remark."""
    UNKNOWN = "unknown"
    """A value without a judgement."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One reading of one sensor."""

    device: str
    sensor: str
    """Which of the device's sensors, in words that stay the same from read to read: ``output 1``, ``battery``."""
    quantity: Quantity
    value: float | None
    """In :data:`UNITS`; None where the device says nothing that can be believed: no number stands for that."""
    at: datetime
    status: SensorStatus = SensorStatus.UNKNOWN
    unit: str = ""
    state: str | None = None
    """A word of the MIB for what is no number: ``onBattery``."""
    table: str = ""
    """The MIB object it came from."""
    remark: Text | None = None
    """Why there is no value, with what the device sent."""
