"""UPS and sensors read from an agent: what is asked, and how complete the answer is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from inventory.model.coverage import SENSOR_TABLES, Completeness, Table
from inventory.model.facts import DeviceFact
from inventory.model.measurement import Measurement
from probes.contract import DeviceReading, ReadLimits
from probes.snmp.client import Session
from probes.snmp.device import read_session
from probes.snmp.recording import Recording

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
UPS = (1, 3, 6, 1, 2, 1, 33, 1)
APC = (1, 3, 6, 1, 4, 1, 318)
HELLO: dict[Oid, Value | None] = {(*SYSTEM, 1, 0): b"Power", (*SYSTEM, 2, 0): (*APC, 1, 3, 27), (*SYSTEM, 3, 0): 99}
PRINTED: dict[Oid, Value | None] = {
    (*UPS, 1, 2, 0): b"",
    (*APC, 1, 1, 1, 1, 1, 1, 0): b"Smart-UPS X 750",
    (*APC, 1, 1, 1, 1, 2, 1, 0): b"UPS 09.8 (ID20) ",
    (*APC, 1, 1, 1, 1, 2, 3, 0): b"SN0001",
}
BATTERY: dict[Oid, Value | None] = {
    (*UPS, 2, 3, 0): 42,
    (*UPS, 4, 4, 1, 2, 1): 230,
    (*UPS, 4, 4, 1, 2, 2): 231,
    (*APC, 1, 1, 1, 2, 2, 3, 0): 252_000,
    (*APC, 1, 1, 25, 1, 2, 1, 3, 1, 1): b"Rack 3",
    (*APC, 1, 1, 25, 1, 2, 1, 5, 1, 1): 68,
    (*APC, 1, 1, 25, 1, 2, 1, 6, 1, 1): 20,
    (*APC, 1, 1, 25, 1, 2, 1, 7, 1, 1): -1,
}


def _read(objects: dict[Oid, Value | None]) -> DeviceReading:
    session = Session(Recording(objects.items()), ReadLimits())
    return asyncio.run(read_session(session, "ups-1", "public", tables=SENSOR_TABLES))


def _ends(reading: DeviceReading) -> dict[Table, Completeness]:
    return {row.table: row.completeness for row in reading.coverage}


def test_standard_and_vendor_say_the_same_runtime() -> None:
    reading = _read(HELLO | BATTERY | PRINTED)
    assert _ends(reading) == {Table.SYSTEM: Completeness.COMPLETE, Table.SENSORS: Completeness.COMPLETE}
    said = {(m.sensor, m.quantity.value, m.table): m.value for m in reading.facts if isinstance(m, Measurement)}
    assert said == {
        ("battery", "runtime", "upsEstimatedMinutesRemaining"): 42,
        ("output 1", "voltage", "upsOutputVoltage"): 230,
        ("output 2", "voltage", "upsOutputVoltage"): 231,
        ("battery", "runtime", "upsAdvBatteryRunTimeRemaining"): 42,
        ("Rack 3 1.1", "temperature", "uioSensorStatusTemperatureDegC"): 20,
        ("Rack 3 1.1", "humidity", "uioSensorStatusHumidity"): None,
    }
    [device] = [fact for fact in reading.facts if isinstance(fact, DeviceFact)]
    assert (device.model, device.software, device.serial) == ("Smart-UPS X 750", "UPS 09.8 (ID20)", "SN0001")


def test_another_vendor_is_not_asked_for_this_one_s_objects() -> None:
    other: dict[Oid, Value | None] = {**HELLO, (*SYSTEM, 2, 0): (1, 3, 6, 1, 4, 1, 3181, 1)}
    reading = _read(other | BATTERY)
    assert {m.table for m in reading.facts if isinstance(m, Measurement)} == {
        "upsEstimatedMinutesRemaining",
        "upsOutputVoltage",
    }


def test_a_device_without_sensors_says_so() -> None:
    reading = _read({**HELLO, (*SYSTEM, 2, 0): (1, 3, 6, 1, 4, 1, 9, 1)})
    assert _ends(reading)[Table.SENSORS] is Completeness.UNSUPPORTED
    assert not [m for m in reading.facts if isinstance(m, Measurement)]
