"""UPS-MIB (RFC 1628): battery, input, output, alarms, test result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.measurement import Measurement, Quantity, SensorStatus
from inventory.model.text import text
from probes.mibs.measured import Gauge, Source, Word, gauge, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probes.mibs.cells import Oid, Rows, Scalars

TABLE: Final = "UPS-MIB"
_UPS: Oid = (1, 3, 6, 1, 2, 1, 33, 1)
_OK, _WARNING, _CRITICAL, _UNKNOWN = (
    SensorStatus.OK,
    SensorStatus.WARNING,
    SensorStatus.CRITICAL,
    SensorStatus.UNKNOWN,
)

_BATTERY: Final = (
    Gauge((*_UPS, 2, 2, 0), "upsSecondsOnBattery", "battery", Quantity.ON_BATTERY),
    # Minutes, "under the present load": never seconds, whatever other tools show.
    Gauge((*_UPS, 2, 3, 0), "upsEstimatedMinutesRemaining", "battery", Quantity.RUNTIME),
    Gauge((*_UPS, 2, 4, 0), "upsEstimatedChargeRemaining", "battery", Quantity.CHARGE),
    Gauge((*_UPS, 2, 5, 0), "upsBatteryVoltage", "battery", Quantity.VOLTAGE, 10, zero_is_unknown=True),
    Gauge((*_UPS, 2, 6, 0), "upsBatteryCurrent", "battery", Quantity.CURRENT, 10),
    Gauge((*_UPS, 2, 7, 0), "upsBatteryTemperature", "battery", Quantity.TEMPERATURE, zero_is_unknown=True),
)
_GENERAL: Final = (
    Gauge((*_UPS, 4, 2, 0), "upsOutputFrequency", "output", Quantity.FREQUENCY, 10),
    Gauge((*_UPS, 6, 1, 0), "upsAlarmsPresent", "alarms", Quantity.COUNT),
    Gauge((*_UPS, 9, 5, 0), "upsConfigOutputVA", "rating", Quantity.APPARENT_POWER, zero_is_unknown=True),
    Gauge((*_UPS, 9, 6, 0), "upsConfigOutputPower", "rating", Quantity.ACTIVE_POWER, zero_is_unknown=True),
)
_STATES: Final = (
    Word(
        (*_UPS, 2, 1, 0),
        "upsBatteryStatus",
        "battery",
        {1: ("unknown", _UNKNOWN), 2: ("normal", _OK), 3: ("low", _CRITICAL), 4: ("depleted", _CRITICAL)},
    ),
    Word(
        (*_UPS, 4, 1, 0),
        "upsOutputSource",
        "output",
        {
            1: ("other", _UNKNOWN),
            2: ("none", _CRITICAL),
            3: ("normal", _OK),
            4: ("bypass", _WARNING),
            5: ("battery", _WARNING),
            6: ("booster", _WARNING),
            7: ("reducer", _WARNING),
        },
    ),
    Word(
        (*_UPS, 7, 3, 0),
        "upsTestResultsSummary",
        "last test",
        {
            1: ("passed", _OK),
            2: ("warning", _WARNING),
            3: ("failed", _CRITICAL),
            4: ("aborted", _UNKNOWN),
            5: ("running", _UNKNOWN),
            6: ("none", _UNKNOWN),
        },
    ),
)
SCALARS: tuple[Oid, ...] = tuple(told.oid for told in (*_STATES, *_BATTERY, *_GENERAL))

_INPUT: Final = (
    Gauge((*_UPS, 3, 3, 1, 2), "upsInputFrequency", "input", Quantity.FREQUENCY, 10),
    Gauge((*_UPS, 3, 3, 1, 3), "upsInputVoltage", "input", Quantity.VOLTAGE),
    Gauge((*_UPS, 3, 3, 1, 4), "upsInputCurrent", "input", Quantity.CURRENT, 10),
    Gauge((*_UPS, 3, 3, 1, 5), "upsInputTruePower", "input", Quantity.ACTIVE_POWER),
)
_OUTPUT: Final = (
    Gauge((*_UPS, 4, 4, 1, 2), "upsOutputVoltage", "output", Quantity.VOLTAGE),
    Gauge((*_UPS, 4, 4, 1, 3), "upsOutputCurrent", "output", Quantity.CURRENT, 10),
    Gauge((*_UPS, 4, 4, 1, 4), "upsOutputPower", "output", Quantity.ACTIVE_POWER),
    Gauge((*_UPS, 4, 4, 1, 5), "upsOutputPercentLoad", "output", Quantity.LOAD),
)
_WORTH_COMPARING: Final = 100
"""Volt-amperes below which rounding decides."""
_LEAST_POWER_FACTOR: Final = 0.2
_ROUNDING: Final = 1.3
INPUT_COLUMNS: tuple[Oid, ...] = tuple(told.oid for told in _INPUT)
OUTPUT_COLUMNS: tuple[Oid, ...] = tuple(told.oid for told in _OUTPUT)


IDENTITY: tuple[Oid, ...] = ((*_UPS, 1, 2, 0), (*_UPS, 1, 3, 0))
"""upsIdentModel, upsIdentUPSSoftwareVersion."""


def measurements(scalars: Scalars, inputs: Rows, outputs: Rows, source: Source) -> tuple[Measurement, ...]:
    """Return what a UPS says of itself.

    Args:
        scalars: of :data:`SCALARS`.
        inputs: upsInputTable, :data:`INPUT_COLUMNS` by line.
        outputs: upsOutputTable, :data:`OUTPUT_COLUMNS` by line.
        source: who and when.
    """
    found = [word(told, scalars.get(told.oid), source) for told in _STATES]
    found += [gauge(told, scalars.get(told.oid), source) for told in (*_BATTERY, *_GENERAL)]
    said = [one for one in found if one is not None]
    lines = tuple(_lines(inputs, _INPUT, source)), tuple(_lines(outputs, _OUTPUT, source))
    return (*(_with_alarms(one) for one in said), *_credible(lines[0]), *_credible(lines[1]))


def _lines(rows: Rows, columns: tuple[Gauge, ...], source: Source) -> Iterator[Measurement]:
    for index, cells in sorted(rows.items()):
        for told, cell in zip(columns, cells, strict=True):
            one = gauge(told, cell, source, ".".join(map(str, index)))
            if one is not None:
                yield one


def _credible(lines: tuple[Measurement, ...]) -> Iterator[Measurement]:
    """Yield what lines say, without a power that voltage and current contradict: some cards count kilowatts."""
    said = {(one.sensor, one.quantity): one.value for one in lines}
    for one in lines:
        volts, amperes = said.get((one.sensor, Quantity.VOLTAGE)), said.get((one.sensor, Quantity.CURRENT))
        apparent = (volts or 0) * (amperes or 0)
        if (
            one.quantity is not Quantity.ACTIVE_POWER
            or one.value is None
            or apparent < _WORTH_COMPARING
            or _LEAST_POWER_FACTOR * apparent <= one.value <= _ROUNDING * apparent
        ):
            yield one
        else:
            told = {"watts": f"{one.value:g}", "volts": f"{volts:g}", "amperes": f"{amperes:g}"}
            remark = text("{object} {watts} W: not at {volts} V and {amperes} A", object=one.table, **told)
            yield replace(one, value=None, status=SensorStatus.UNAVAILABLE, remark=remark)


def _with_alarms(one: Measurement) -> Measurement:
    if one.sensor != "alarms" or one.value is None:
        return one
    return replace(one, status=_WARNING if one.value else _OK)
