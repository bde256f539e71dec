"""In what condition are our own devices: who they are, what needs a look, what they measure?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.check import CheckResult
from inventory.model.measurement import Quantity, SensorStatus
from inventory.model.text import text
from reports import columns as c
from reports import data, sensorwords, vocabulary
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inventory.model.check import DeviceCheck
    from inventory.model.condition import DeviceCondition
    from inventory.model.measurement import Measurement
    from inventory.model.text import Text
    from reports.cells import Cell
    from reports.data import Json, Object

VERSION: Final = 1
_DEVICES: Final = (
    c.DEVICE,
    c.ROLE,
    c.DEVICE_ADDRESS,
    c.MODEL,
    c.SOFTWARE,
    c.SERIAL,
    c.PLATFORM,
    c.READ,
    c.NEEDS_LOOK,
)
_CHECKS: Final = (c.DEVICE, c.CHECK, c.RESULT, c.SAID, c.LOOKED_AT)
_MEASUREMENTS: Final = (c.DEVICE, c.SENSOR, c.QUANTITY, c.VALUE, c.STATUS, c.READ_AT, c.OBJECT, c.REMARK_OF)
_RANK: Final = (CheckResult.ATTENTION, CheckResult.NOT_ASSESSED, CheckResult.GOOD)
_LOOK: Final = text("What needs a look")
_OPEN: Final = text("What could not be found out")
_MEASURED: Final = text("What they measure")
_TITLE: Final = text("Devices")


def document(conditions: Sequence[DeviceCondition], as_of: datetime | None) -> Document:
    """Build the report."""
    checks = [check for one in conditions for check in one.checks]
    look = [check for check in checks if check.result is CheckResult.ATTENTION]
    unknown = [check for check in checks if check.result is CheckResult.NOT_ASSESSED]
    devices = Table(_DEVICES, tuple(_device(one) for one in conditions), empty=text("No device is registered."))
    measured = measurements_table([m for one in conditions for m in one.measurements])
    never = text("Nobody has looked yet: netaudit device health")
    return Document(
        key="devices",
        title=_TITLE,
        as_of=as_of,
        lines=(
            Line(text("Devices"), len(conditions)),
            Line(text("Devices that need a look"), len({check.device for check in look}), None, _tone(look)),
            *_runtimes(conditions),
        ),
        sections=(
            Section(_TITLE, blocks=(devices,)),
            Section(
                _LOOK,
                blocks=(_checks(look, text("Nothing needs a look.") if checks else never),),
            ),
            *((Section(_MEASURED, blocks=(measured,)),) if measured.rows else ()),
            *((Section(_OPEN, blocks=(_checks(unknown, never),)),) if unknown else ()),
        ),
        sheets=(
            Sheet("devices", _TITLE, devices),
            Sheet("checks", text("Checks"), _checks(checks, never)),
            Sheet("measurements", _MEASURED, measured),
        ),
        notes=(
            text("Software is compared only with what the same model runs here."),
            text("A device's clock without a time zone is taken to be in this computer's."),
        ),
        version=VERSION,
    )


def _tone(look: Sequence[DeviceCheck]) -> Tone:
    return Tone.WARN if look else Tone.GOOD


def _device(one: DeviceCondition) -> Row:
    said = one.identity
    look = tuple(check.check for check in one.checks if check.result is CheckResult.ATTENTION)
    cells: tuple[Cell, ...] = (
        one.device.name,
        one.device.role,
        one.device.address,
        (said.model if said else None) or one.device.model,
        said.software if said else None,
        (said.serial if said else None) or one.device.serial,
        (said.platform if said else None) or one.device.platform,
        one.read,
        look or None,
    )
    return Row(cells, Tone.WARN if look else None)


def _checks(checks: Sequence[DeviceCheck], empty: Text) -> Table:
    rows = tuple(Row((o.device, o.check, o.result, o.evidence, o.at), vocabulary.tone(o.result)) for o in checks)
    return Table(_CHECKS, rows, empty=empty)


def measurements_table(measured: Sequence[Measurement]) -> Table:
    """Return measurements as a table."""
    rows = tuple(
        Row(
            (m.device, sensorwords.sensor(m.sensor), m.quantity, shown(m), _judged(m), m.at, m.table, m.remark),
            vocabulary.tone(m.status),
        )
        for m in measured
    )
    return Table(_MEASUREMENTS, rows, empty=text("Nothing was measured."))


def _judged(measured: Measurement) -> SensorStatus | None:
    return None if measured.status is SensorStatus.UNKNOWN else measured.status


def shown(measured: Measurement) -> Text | str | None:
    """Return a value with its unit, or the device's word."""
    if measured.state is not None:
        return sensorwords.state(measured.state)
    if measured.value is None:
        return None
    return f"{measured.value:.6g} {measured.unit}".strip()


def _runtimes(conditions: Sequence[DeviceCondition]) -> tuple[Line, ...]:
    return tuple(
        Line(
            text("Battery runtime of {device}", device=one.device.name),
            text("{minutes} min", minutes=round(one.runtime_min)) if one.runtime_min is not None else text("not known"),
            one.runtime_because,
            None if one.runtime_min is not None else Tone.MUTED,
        )
        for one in conditions
        if one.runtime_because is not None and any(m.quantity is Quantity.RUNTIME for m in one.measurements)
    )


def json_document(conditions: Sequence[DeviceCondition], as_of: datetime | None) -> Object:
    """Return the report as ``docs/schema/devices.schema.json`` describes it."""
    return {
        "report": "devices",
        "version": VERSION,
        "as_of": data.at(as_of),
        "devices": [_json_device(one) for one in conditions],
    }


def _json_device(one: DeviceCondition) -> Object:
    said = one.identity
    return {
        "device": one.device.name,
        "role": one.device.role.value,
        "address": str(one.device.address),
        "model": (said.model if said else None) or one.device.model,
        "software": said.software if said else None,
        "serial": (said.serial if said else None) or one.device.serial,
        "platform": (said.platform if said else None) or one.device.platform,
        "read": one.read.value if one.read else None,
        "read_at": data.at(said.at) if said else None,
        "checks": checks_json(one.checks),
        "measurements": [_json_measurement(m) for m in one.measurements],
        "runtime_min": one.runtime_min,
        "runtime_because": data.words(one.runtime_because),
    }


def checks_json(checks: Sequence[DeviceCheck]) -> list[Json]:
    """Return what looks found as an array."""
    return [
        {
            "device": check.device,
            "check": check.check.value,
            "result": check.result.value,
            "evidence": str(check.evidence),
            "value": check.value,
            "at": data.at(check.at),
        }
        for check in checks
    ]


def _json_measurement(measured: Measurement) -> Object:
    return {
        "sensor": measured.sensor,
        "quantity": measured.quantity.value,
        "value": measured.value,
        "unit": measured.unit,
        "state": measured.state,
        "status": measured.status.value,
        "object": measured.table,
        "remark": data.words(measured.remark),
        "at": data.at(measured.at),
    }


def health_document(checks: Sequence[DeviceCheck], as_of: datetime) -> Document:
    """Build what ``netaudit device health`` shows: every look, what needs one first."""
    ranked = sorted(checks, key=lambda one: _RANK.index(one.result))
    table = _checks(ranked, text("No device was looked at."))
    look = [check for check in checks if check.result is CheckResult.ATTENTION]
    return Document(
        key="health",
        title=text("Condition of the devices"),
        as_of=as_of,
        lines=(
            Line(text("Devices"), len({check.device for check in checks})),
            Line(text("Devices that need a look"), len({check.device for check in look}), None, _tone(look)),
        ),
        sections=(Section(None, blocks=(table,)),),
        sheets=(Sheet("checks", text("Checks"), table),),
        notes=(text("Nothing on the devices was changed."),),
        version=VERSION,
    )
