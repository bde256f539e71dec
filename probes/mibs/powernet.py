"""PowerNet-MIB (enterprise 318): UPS, rack power strips of both generations, environment sensors on a port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.measurement import Measurement, Quantity, SensorStatus
from inventory.model.text import text
from probes.mibs.cells import integer, words
from probes.mibs.measured import Gauge, Source, Word, gauge, number, unavailable, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from probes.mibs.cells import Oid, Rows, Scalars

TABLE: Final = "PowerNet-MIB"
OBJECT_IDS: Final = "1.3.6.1.4.1.318."
_APC: Oid = (1, 3, 6, 1, 4, 1, 318, 1, 1)
_UPS: Oid = (*_APC, 1)
_OK, _WARNING, _CRITICAL, _UNKNOWN = (
    SensorStatus.OK,
    SensorStatus.WARNING,
    SensorStatus.CRITICAL,
    SensorStatus.UNKNOWN,
)

_STATES: Final = (
    Word(
        (*_UPS, 4, 1, 1, 0),
        "upsBasicOutputStatus",
        "output",
        {
            1: ("unknown", _UNKNOWN),
            2: ("onLine", _OK),
            3: ("onBattery", _WARNING),
            4: ("onSmartBoost", _WARNING),
            5: ("timedSleeping", _WARNING),
            6: ("softwareBypass", _WARNING),
            7: ("off", _CRITICAL),
            8: ("rebooting", _WARNING),
            9: ("switchedBypass", _WARNING),
            10: ("hardwareFailureBypass", _CRITICAL),
            11: ("sleepingUntilPowerReturn", _CRITICAL),
            12: ("onSmartTrim", _WARNING),
        },
    ),
    Word(
        (*_UPS, 2, 2, 4, 0),
        "upsAdvBatteryReplaceIndicator",
        "battery",
        {1: ("noReplacementNeeded", _OK), 2: ("replacementNeeded", _CRITICAL)},
    ),
    Word(
        (*_UPS, 7, 2, 3, 0),
        "upsAdvTestDiagnosticsResults",
        "last test",
        {1: ("passed", _OK), 2: ("failed", _CRITICAL), 3: ("invalid", _UNKNOWN), 4: ("running", _UNKNOWN)},
    ),
)
_TICKS_PER_MINUTE: Final = 6000
_PLAIN: Final = (
    # TimeTicks, hundredths of a second: 540600 is 90.1 minutes.
    Gauge((*_UPS, 2, 2, 3, 0), "upsAdvBatteryRunTimeRemaining", "battery", Quantity.RUNTIME, _TICKS_PER_MINUTE),
)
_PRECISE: Final = (
    Gauge((*_UPS, 2, 3, 1, 0), "upsHighPrecBatteryCapacity", "battery", Quantity.CHARGE, 10),
    Gauge((*_UPS, 2, 3, 2, 0), "upsHighPrecBatteryTemperature", "battery", Quantity.TEMPERATURE, 10),
    Gauge((*_UPS, 2, 3, 4, 0), "upsHighPrecBatteryActualVoltage", "battery", Quantity.VOLTAGE, 10),
    Gauge((*_UPS, 3, 3, 1, 0), "upsHighPrecInputLineVoltage", "input", Quantity.VOLTAGE, 10),
    Gauge((*_UPS, 3, 3, 4, 0), "upsHighPrecInputFrequency", "input", Quantity.FREQUENCY, 10),
    Gauge((*_UPS, 4, 3, 1, 0), "upsHighPrecOutputVoltage", "output", Quantity.VOLTAGE, 10),
    Gauge((*_UPS, 4, 3, 2, 0), "upsHighPrecOutputFrequency", "output", Quantity.FREQUENCY, 10),
    Gauge((*_UPS, 4, 3, 3, 0), "upsHighPrecOutputLoad", "output", Quantity.LOAD, 10),
    Gauge((*_UPS, 4, 3, 4, 0), "upsHighPrecOutputCurrent", "output", Quantity.CURRENT, 10),
)
_COARSE: Final = (
    Gauge((*_UPS, 2, 2, 1, 0), "upsAdvBatteryCapacity", "battery", Quantity.CHARGE),
    Gauge((*_UPS, 2, 2, 2, 0), "upsAdvBatteryTemperature", "battery", Quantity.TEMPERATURE),
    Gauge((*_UPS, 4, 2, 3, 0), "upsAdvOutputLoad", "output", Quantity.LOAD),
)
"""Whole units, for cards without the precise group."""
SCALARS: tuple[Oid, ...] = tuple(told.oid for told in (*_STATES, *_PLAIN, *_PRECISE, *_COARSE))

IDENTITY: tuple[Oid, ...] = ((*_UPS, 1, 1, 1, 0), (*_UPS, 1, 2, 1, 0), (*_UPS, 1, 2, 3, 0))
"""upsBasicIdentModel, upsAdvIdentFirmwareRevision, upsAdvIdentSerialNumber."""

_STRIP: Oid = (*_APC, 26)
_PHASES: Final = (
    Gauge((*_STRIP, 6, 3, 1, 5), "rPDU2PhaseStatusCurrent", "phase", Quantity.CURRENT, 10),
    Gauge((*_STRIP, 6, 3, 1, 6), "rPDU2PhaseStatusVoltage", "phase", Quantity.VOLTAGE),
    Gauge((*_STRIP, 6, 3, 1, 7), "rPDU2PhaseStatusPower", "phase", Quantity.ACTIVE_POWER, 0.1),  # 0.01 kW
)
_STRIPS: Final = (
    Gauge((*_STRIP, 4, 3, 1, 5), "rPDU2DeviceStatusPower", "strip", Quantity.ACTIVE_POWER, 0.1),  # 0.01 kW
)
_LOADS: Final = Word(
    (*_STRIP, 4, 3, 1, 4),
    "rPDU2DeviceStatusLoadState",
    "strip",
    {1: ("lowLoad", _OK), 2: ("normal", _OK), 3: ("nearOverload", _WARNING), 4: ("overload", _CRITICAL)},
)
_BANKS: Final = (Gauge((*_STRIP, 8, 3, 1, 5), "rPDU2BankStatusCurrent", "bank", Quantity.CURRENT, 10),)
_OUTLETS: Final = (
    Gauge((*_STRIP, 9, 4, 3, 1, 6), "rPDU2OutletMeteredStatusCurrent", "outlet", Quantity.CURRENT, 10),
    Gauge((*_STRIP, 9, 4, 3, 1, 7), "rPDU2OutletMeteredStatusPower", "outlet", Quantity.ACTIVE_POWER),
)
_CLIMATE: Final = (
    Gauge((*_STRIP, 10, 2, 2, 1, 8), "rPDU2SensorTempHumidityStatusTempC", "sensor", Quantity.TEMPERATURE, 10),
    Gauge((*_STRIP, 10, 2, 2, 1, 10), "rPDU2SensorTempHumidityStatusRelativeHumidity", "sensor", Quantity.HUMIDITY),
)
_OLD_STRIP: Final = (Gauge((*_APC, 12, 2, 3, 1, 1, 2), "rPDULoadStatusLoad", "phase", Quantity.CURRENT, 10),)
GAUGE_TABLES: Final = (_STRIPS, _PHASES, _BANKS, _OUTLETS, _CLIMATE, _OLD_STRIP)
"""Tables whose every column is a gauge; the index says which phase, bank, outlet or sensor."""
LOAD_COLUMNS: tuple[Oid, ...] = (_LOADS.oid,)

_PORT: Oid = (*_APC, 25, 1, 2, 1)
PORT_COLUMNS: tuple[Oid, ...] = tuple((*_PORT, column) for column in (3, 5, 6, 7))
"""uioSensorStatusSensorName, TemperatureDegF, TemperatureDegC, Humidity."""
_PORT_TABLE: Final = "uioSensorStatusTable"
_FREEZING_F: Final = 32
_TENTHS: Final = 10


def columns(gauges: Sequence[Gauge]) -> tuple[Oid, ...]:
    """Return what one of :data:`GAUGE_TABLES` is read by."""
    return tuple(told.oid for told in gauges)


def of_scalars(scalars: Scalars, source: Source) -> tuple[Measurement, ...]:
    """Return what a UPS says of itself; the whole units only where there are no tenths."""
    found = [word(told, scalars.get(told.oid), source) for told in _STATES]
    found += [gauge(told, scalars.get(told.oid), source) for told in (*_PLAIN, *_PRECISE)]
    said = [one for one in found if one is not None]
    have = {(one.sensor, one.quantity) for one in said}
    for told in _COARSE:
        one = gauge(told, scalars.get(told.oid), source)
        if one is not None and (one.sensor, one.quantity) not in have:
            said.append(one)
    return tuple(said)


def of_table(rows: Rows, gauges: Sequence[Gauge], source: Source) -> Iterator[Measurement]:
    """Yield what one of :data:`GAUGE_TABLES` says."""
    for index, cells in sorted(rows.items()):
        part = ".".join(map(str, index))
        for told, cell in zip(gauges, cells, strict=True):
            one = gauge(told, cell, source, part)
            if one is not None:
                yield one


def of_loads(rows: Rows, source: Source) -> Iterator[Measurement]:
    """Yield whether power strips are overloaded."""
    for index, cells in sorted(rows.items()):
        one = word(_LOADS, cells[0], source, ".".join(map(str, index)))
        if one is not None:
            yield one


def of_ports(rows: Rows, source: Source) -> Iterator[Measurement]:
    """Yield what environment sensors on a card's port say.

    Some firmware counts whole degrees and some tenths. The same temperature in Fahrenheit tells which it is.
    """
    for index, cells in sorted(rows.items()):
        part = ".".join(map(str, index))
        sensor = f"{words(cells[0]) or 'sensor'} {part}"
        fahrenheit, celsius, humidity = (integer(cell) for cell in cells[1:4])
        if celsius is not None:
            yield _temperature(sensor, fahrenheit, celsius, source)
        if humidity is not None:
            told = Gauge(PORT_COLUMNS[3], "uioSensorStatusHumidity", sensor, Quantity.HUMIDITY)
            one = gauge(told, humidity, source)
            if one is not None:
                yield one


def _temperature(sensor: str, fahrenheit: int | None, celsius: int, source: Source) -> Measurement:
    name = "uioSensorStatusTemperatureDegC"
    for divisor in (1, _TENTHS):
        if fahrenheit is not None and abs(fahrenheit - celsius * 1.8 - _FREEZING_F * divisor) <= 2:  # noqa: PLR2004 -- both are rounded
            return number(sensor, Quantity.TEMPERATURE, celsius / divisor, source, name)
    remark = text(
        "{celsius} °C and {fahrenheit} °F agree neither as degrees nor as tenths",
        celsius=celsius,
        fahrenheit=fahrenheit,
    )
    return unavailable(sensor, Quantity.TEMPERATURE, source, name, remark)
