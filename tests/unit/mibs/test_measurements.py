"""UPS, power strips and sensors: the unit of every number, and the numbers that are none.

The mistakes of other tools that made these rules: minutes shown as seconds, hundredths of a second shown as minutes,
a runtime of 4294967295 minutes, a humidity of -1 %.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.measurement import UNITS, Measurement, Quantity, SensorStatus
from probes.mibs import powernet, sensors, ups
from probes.mibs.measured import Gauge, Source, gauge

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = Source("ups-1", AT)
UPS = (1, 3, 6, 1, 2, 1, 33, 1)
APC = (1, 3, 6, 1, 4, 1, 318, 1, 1)


def _told(found: tuple[Measurement, ...] | list[Measurement]) -> dict[tuple[str, str], float | str | None]:
    return {(one.sensor, one.quantity.value): one.state or one.value for one in found}


def test_a_standard_ups() -> None:
    """Tenths where RFC 1628 counts tenths, whole units where it does not, minutes as minutes."""
    scalars: dict[Oid, Value | None] = {
        (*UPS, 2, 1, 0): 2,
        (*UPS, 2, 2, 0): 0,
        (*UPS, 2, 3, 0): 18,
        (*UPS, 2, 4, 0): 91,
        (*UPS, 2, 5, 0): 550,
        (*UPS, 2, 6, 0): 0,
        (*UPS, 2, 7, 0): 0,
        (*UPS, 4, 1, 0): 3,
        (*UPS, 4, 2, 0): 500,
        (*UPS, 6, 1, 0): 0,
        (*UPS, 7, 3, 0): 1,
        (*UPS, 9, 5, 0): 1000,
        (*UPS, 9, 6, 0): 1000,
    }
    found = ups.measurements(scalars, {(1,): [500, 228, 0, None]}, {(1,): [230, 17, 360, 40]}, SOURCE)
    assert _told(found) == {
        ("battery", "state"): "normal",
        ("output", "state"): "normal",
        ("last test", "state"): "passed",
        ("battery", "on_battery"): 0,
        ("battery", "runtime"): 18,
        ("battery", "charge"): 91,
        ("battery", "voltage"): 55.0,
        ("battery", "current"): 0,
        ("battery", "temperature"): None,
        ("output", "frequency"): 50.0,
        ("alarms", "count"): 0,
        ("rating", "apparent_power"): 1000,
        ("rating", "active_power"): 1000,
        ("input 1", "frequency"): 50.0,
        ("input 1", "voltage"): 228,
        ("input 1", "current"): 0,
        ("output 1", "voltage"): 230,
        ("output 1", "current"): 1.7,
        ("output 1", "active_power"): 360,
        ("output 1", "load"): 40,
    }
    assert all(one.unit == UNITS[one.quantity] and one.at == AT and one.device == "ups-1" for one in found)


@pytest.mark.parametrize("raw", [-1, 2**32 - 1, 2**31 - 1, -(2**31), 99_999])
def test_a_runtime_nobody_knows_is_none(raw: int) -> None:
    [one] = ups.measurements({(*UPS, 2, 3, 0): raw}, {}, {}, SOURCE)
    assert (one.value, one.status, one.quantity) == (None, SensorStatus.UNAVAILABLE, Quantity.RUNTIME)
    assert str(raw) in str(one.remark)


@pytest.mark.parametrize(("power", "believed"), [(1, None), (1500, 1500), (2600, None)])
def test_a_power_that_voltage_and_current_contradict(power: int, believed: float | None) -> None:
    """A card that counts kilowatts says 1 W at 230 V and 7.2 A."""
    found = ups.measurements({}, {}, {(1,): [230, 72, power, 27]}, SOURCE)
    [one] = [m for m in found if m.quantity is Quantity.ACTIVE_POWER]
    assert one.value == believed
    assert (one.remark is None) == (believed is not None)


def test_what_a_ups_lacks_is_not_measured() -> None:
    assert ups.measurements({}, {}, {}, SOURCE) == ()
    assert ups.measurements({(*UPS, 2, 3, 0): b"18"}, {}, {}, SOURCE) == ()


@pytest.mark.parametrize(
    ("source", "state", "status"),
    [(4, "bypass", SensorStatus.WARNING), (5, "battery", SensorStatus.WARNING), (2, "none", SensorStatus.CRITICAL)],
)
def test_where_the_output_comes_from(source: int, state: str, status: SensorStatus) -> None:
    [one] = ups.measurements({(*UPS, 4, 1, 0): source}, {}, {}, SOURCE)
    assert (one.state, one.status, one.value) == (state, status, None)


def test_a_state_outside_the_mib_is_not_judged() -> None:
    [one] = ups.measurements({(*UPS, 4, 1, 0): 77}, {}, {}, SOURCE)
    assert (one.state, one.status) == (None, SensorStatus.UNAVAILABLE)
    assert str(one.remark) == "upsOutputSource 77: no such state"


def test_alarms_are_a_warning() -> None:
    [one] = ups.measurements({(*UPS, 6, 1, 0): 2}, {}, {}, SOURCE)
    assert (one.value, one.status) == (2, SensorStatus.WARNING)


def test_powernet_counts_the_runtime_in_ticks() -> None:
    """540600 ticks are 90.1 minutes, and tenths win over whole units of the same thing."""
    found = powernet.of_scalars(
        {
            (*APC, 1, 2, 2, 3, 0): 540600,
            (*APC, 1, 2, 3, 1, 0): 1000,
            (*APC, 1, 2, 2, 1, 0): 99,
            (*APC, 1, 2, 3, 2, 0): 234,
            (*APC, 1, 2, 3, 4, 0): 547,
            (*APC, 1, 3, 3, 1, 0): 2291,
            (*APC, 1, 4, 2, 3, 0): 27,
            (*APC, 1, 4, 1, 1, 0): 3,
        },
        SOURCE,
    )
    assert _told(found) == {
        ("output", "state"): "onBattery",
        ("battery", "runtime"): 90.1,
        ("battery", "charge"): 100.0,
        ("battery", "temperature"): 23.4,
        ("battery", "voltage"): 54.7,
        ("input", "voltage"): 229.1,
        ("output", "load"): 27,
    }


@pytest.mark.parametrize(
    ("fahrenheit", "celsius", "expected"),
    [(68, 20, 20.0), (680, 200, 20.0), (14, -10, -10.0), (None, 20, None), (68, 90, None)],
)
def test_a_port_sensor_shows_its_own_scale(fahrenheit: int | None, celsius: int, expected: float | None) -> None:
    """Whole degrees on some firmware, tenths on other: both temperatures together tell which."""
    found = list(powernet.of_ports({(1, 1): [b"Port 1", fahrenheit, celsius, -1]}, SOURCE))
    assert _told(found) == {("Port 1 1.1", "temperature"): expected, ("Port 1 1.1", "humidity"): None}


def test_a_power_strip() -> None:
    """Hundredths of a kilowatt and tenths of an ampere become watts and amperes."""
    phases = list(powernet.of_table({(1,): [43, 231, 99]}, powernet.GAUGE_TABLES[1], SOURCE))
    strips = list(powernet.of_table({(1,): [99]}, powernet.GAUGE_TABLES[0], SOURCE))
    assert _told(phases + strips) == {
        ("phase 1", "current"): 4.3,
        ("phase 1", "voltage"): 231,
        ("phase 1", "active_power"): 990,
        ("strip 1", "active_power"): 990,
    }
    [load] = powernet.of_loads({(1,): [4]}, SOURCE)
    assert (load.state, load.status) == ("overload", SensorStatus.CRITICAL)


@pytest.mark.parametrize(
    ("scale", "precision", "raw", "expected"),
    [
        (9, 0, 23, 23.0),
        (9, 1, 234, 23.4),
        (8, 0, 23_400, 23.4),
        (8, 2, 2_340_000, 23.4),
        (9, -3, 23, 23.0),
        (None, None, 23, 23.0),
        (10, 3, 1, 1.0),
        (18, 0, 1, None),
        (9, 10, 1, None),
    ],
)
def test_scale_and_precision(scale: int | None, precision: int | None, raw: int, expected: float | None) -> None:
    assert sensors.real(raw, scale, precision) == expected


@given(st.integers(-(10**9), 10**9), st.integers(1, 17), st.integers(-8, 9))
def test_a_scale_is_a_power_of_ten(raw: int, scale: int, precision: int) -> None:
    value = sensors.real(raw, scale, precision)
    decimals = max(0, precision)
    assert value == pytest.approx(raw * 10.0 ** (3 * (scale - 9) - decimals), rel=1e-12)


def test_sensors_of_any_device() -> None:
    rows: dict[Oid, list[Value | None]] = {
        (11,): [8, 9, 1, 234, 1, b"C"],
        (12,): [9, 9, 0, 41, 1, None],
        (13,): [12, 9, 0, 2, 1, None],
        (14,): [8, 9, 0, 0, 2, None],
        (15,): [8, 9, 0, 1_000_000_000, 1, None],
        (16,): [1, 9, 0, 3, 1, b"lux"],
        (17,): [4, 8, 0, 12_060, 1, None],
        (18,): [8, 9, 0, 400, 1, None],
    }
    names: dict[Oid, list[Value | None]] = {(11,): [b"Temperature Sensor", b"Inlet"], (12,): [b"Humidity", b""]}
    found = sensors.measurements(rows, names, SOURCE)
    assert _told(found) == {
        ("Inlet (11)", "temperature"): 23.4,
        ("Humidity (12)", "humidity"): 41,
        ("sensor 13", "state"): "false",
        ("sensor 14", "temperature"): None,
        ("sensor 15", "temperature"): None,
        ("sensor 16", "other"): 3,
        ("sensor 17", "voltage"): 12.06,
        ("sensor 18", "temperature"): None,
    }
    assert [one.unit for one in found if one.sensor == "sensor 16"] == ["lux"]


@given(st.integers(-(2**31), 2**32 - 1), st.sampled_from([q for q in Quantity if q is not Quantity.STATE]))
def test_no_number_an_agent_can_send_becomes_minus_one(raw: int, quantity: Quantity) -> None:
    one = gauge(Gauge((1,), "object", "sensor", quantity), raw, SOURCE)
    assert one is not None
    assert one.value != -1
    assert (one.value is None) == (one.status is SensorStatus.UNAVAILABLE) == (one.remark is not None)
