"""From the number an agent sends to a measurement: its scale, and the numbers that mean "I do not know".

Agents without a sensor send -1, the same as an unsigned number, the greatest number there is, or something no machine
room can hold. None of these becomes a value: the remark keeps what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.measurement import UNITS, Measurement, Quantity, SensorStatus
from inventory.model.text import text
from probes.mibs.cells import integer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.text import Text
    from probes.mibs.cells import Oid, Value

_UNKNOWN: Final = frozenset({-1, -(2**31), 2**31 - 1, 2**32 - 1, 2**32 - 2**31})
"""-1 and the ends of INTEGER and Gauge32; a signed -1 in a Gauge32 is 4294967295."""
_POSSIBLE: Final[Mapping[Quantity, tuple[float, float]]] = {
    Quantity.VOLTAGE: (0, 1000),
    Quantity.CURRENT: (-2000, 2000),
    Quantity.ACTIVE_POWER: (0, 2_000_000),
    Quantity.APPARENT_POWER: (0, 2_000_000),
    Quantity.FREQUENCY: (0, 500),
    Quantity.TEMPERATURE: (-40, 125),
    Quantity.HUMIDITY: (0, 100),
    Quantity.CHARGE: (0, 100),
    Quantity.LOAD: (0, 250),
    Quantity.RUNTIME: (0, 60_000),
}
"""What a low-voltage supply and a machine room can have. A number outside is another unit or no number at all."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it, and when."""

    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gauge:
    """One object that counts something."""

    oid: Oid
    name: str
    """The MIB's name of the object."""
    sensor: str
    quantity: Quantity
    divisor: float = 1
    """The agent counts in this part of the quantity's unit."""
    zero_is_unknown: bool = False
    """Agents that have no such sensor send 0, which is otherwise implausible."""


@dataclass(frozen=True, slots=True)
class Word:
    """One object whose numbers are words."""

    oid: Oid
    name: str
    sensor: str
    words: Mapping[int, tuple[str, SensorStatus]]


def gauge(told: Gauge, value: Value | None, source: Source, part: str = "") -> Measurement | None:
    """Return what an object measures; None where the agent does not have it.

    Args:
        told: the object.
        value: what the agent sent.
        source: who and when.
        part: which of several: a line, an outlet; appended to the sensor's name.
    """
    raw = integer(value)
    if raw is None:
        return None
    sensor = f"{told.sensor} {part}".strip()
    if raw in _UNKNOWN or (raw == 0 and told.zero_is_unknown):
        return unavailable(
            sensor,
            told.quantity,
            source,
            told.name,
            text("{object} {value}: not measured", object=told.name, value=raw),
        )
    return number(sensor, told.quantity, raw / told.divisor, source, told.name)


def number(
    sensor: str,
    quantity: Quantity,
    value: float,
    source: Source,
    table: str,
    status: SensorStatus = SensorStatus.UNKNOWN,
) -> Measurement:
    """Return a measured number; one that cannot be is no number."""
    least, most = _POSSIBLE.get(quantity, (float("-inf"), float("inf")))
    if not least <= value <= most:
        return unavailable(
            sensor,
            quantity,
            source,
            table,
            text("{object} {value}: not possible", object=table, value=f"{value:g} {UNITS[quantity]}"),
        )
    return Measurement(
        source.device, sensor, quantity, round(value, 6), source.at, status, UNITS[quantity], table=table
    )


def word(told: Word, value: Value | None, source: Source, part: str = "") -> Measurement | None:
    """Return what an object says in a word; None where the agent does not have it."""
    raw = integer(value)
    if raw is None:
        return None
    sensor = f"{told.sensor} {part}".strip()
    state, status = told.words.get(raw, (None, SensorStatus.UNAVAILABLE))
    remark = None if state else text("{object} {value}: no such state", object=told.name, value=raw)
    return Measurement(
        source.device, sensor, Quantity.STATE, None, source.at, status, state=state, table=told.name, remark=remark
    )


def unavailable(sensor: str, quantity: Quantity, source: Source, table: str, remark: Text) -> Measurement:
    """Return a sensor that is there and says nothing that can be believed."""
    return Measurement(
        source.device,
        sensor,
        quantity,
        None,
        source.at,
        SensorStatus.UNAVAILABLE,
        UNITS[quantity],
        table=table,
        remark=remark,
    )
