"""ENTITY-SENSOR-MIB (RFC 3433): any sensor of any device, with the scale and precision it says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.measurement import Measurement, Quantity, SensorStatus
from inventory.model.text import text, verbatim
from probes.mibs.cells import integer, words
from probes.mibs.measured import Source, number, unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probes.mibs.cells import Oid, Rows, Value

TABLE: Final = "entPhySensorTable"
_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 99, 1, 1, 1)
COLUMNS: tuple[Oid, ...] = tuple((*_ENTRY, column) for column in (1, 2, 3, 4, 5, 6))
"""entPhySensorType, Scale, Precision, Value, OperStatus, UnitsDisplay."""
_PHYSICAL: Oid = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
NAME_COLUMNS: tuple[Oid, ...] = ((*_PHYSICAL, 2), (*_PHYSICAL, 7))
"""entPhysicalDescr, entPhysicalName: what the sensors are called."""

_QUANTITIES: Final = {
    3: Quantity.VOLTAGE,  # voltsAC
    4: Quantity.VOLTAGE,  # voltsDC
    5: Quantity.CURRENT,
    6: Quantity.ACTIVE_POWER,
    7: Quantity.FREQUENCY,
    8: Quantity.TEMPERATURE,
    9: Quantity.HUMIDITY,
    10: Quantity.ROTATION,
    11: Quantity.AIRFLOW,
}
_TRUTH: Final = 12
_UNITS_SCALE: Final = 9
"""EntitySensorDataScale units(9): each step up or down is three powers of ten."""
_MOST_SCALE: Final = 17
_MOST_PRECISION: Final = 9
_OVERFLOW: Final = 1_000_000_000
_STATUS: Final = {1: SensorStatus.OK, 2: SensorStatus.UNAVAILABLE, 3: SensorStatus.UNAVAILABLE}
_OPER: Final = {2: "unavailable", 3: "nonoperational"}
_TRUTHS: Final = {1: "true", 2: "false"}


def measurements(rows: Rows, names: Rows, source: Source) -> tuple[Measurement, ...]:
    """Return what each sensor says.

    Args:
        rows: :data:`COLUMNS` by entPhysicalIndex.
        names: :data:`NAME_COLUMNS` by entPhysicalIndex.
        source: who and when.
    """
    return tuple(_one(index, cells, names.get(index, ()), source) for index, cells in sorted(rows.items()))


def _one(index: Oid, cells: Sequence[Value | None], named: Sequence[Value | None], source: Source) -> Measurement:
    kind, scale, precision, raw, oper = (integer(cell) for cell in cells[:5])
    own = words(cells[5])
    sensor = _name(index, named)
    quantity = Quantity.STATE if kind == _TRUTH else _QUANTITIES.get(kind or 0, Quantity.OTHER)
    status = _STATUS.get(oper or 0, SensorStatus.UNKNOWN)
    if status is SensorStatus.UNAVAILABLE:
        return unavailable(sensor, quantity, source, TABLE, verbatim(f"entPhySensorOperStatus {_OPER[oper or 0]}"))
    if raw is None or abs(raw) >= _OVERFLOW:
        return unavailable(
            sensor,
            quantity,
            source,
            TABLE,
            text("{object} {value}: out of its range", object="entPhySensorValue", value=raw),
        )
    if quantity is Quantity.STATE:
        return Measurement(
            source.device, sensor, quantity, None, source.at, status, state=_TRUTHS.get(raw), table=TABLE
        )
    value = real(raw, scale, precision)
    if value is None:
        told = f"entPhySensorScale {scale}, Precision {precision}"
        remark = text("{object}: no such scale", object=told)
        return unavailable(sensor, quantity, source, TABLE, remark)
    if quantity is Quantity.OTHER:
        return Measurement(source.device, sensor, quantity, value, source.at, status, own or "", table=TABLE)
    return number(sensor, quantity, value, source, TABLE, status)


def real(raw: int, scale: int | None, precision: int | None) -> float | None:
    """Return the measured number: raw · 10^(3·(scale-9)) · 10^(-precision); a negative precision divides nothing.

    None where the scale or precision is outside what RFC 3433 knows.
    """
    scale = _UNITS_SCALE if scale is None else scale
    precision = precision or 0
    if not 1 <= scale <= _MOST_SCALE or abs(precision) > _MOST_PRECISION:
        return None
    decimals = max(0, precision)
    return float(f"{raw}e{3 * (scale - _UNITS_SCALE) - decimals}")


def _name(index: Oid, named: Sequence[Value | None]) -> str:
    described = [words(cell) for cell in named]
    told = next((name for name in reversed(described) if name), None)
    number_ = ".".join(map(str, index))
    return f"{told} ({number_})" if told else f"sensor {number_}"
