"""What would a sweep send, to whom, and how long would it take? Nothing has been sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from reports import columns as c
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.sweep import Forecast
    from reports.data import Object

VERSION: Final = 1
_TITLE: Final = text("What would be sent")


def document(forecast: Forecast, as_of: datetime | None = None) -> Document:
    """Build what ``netaudit sweep --dry-run`` shows."""
    networks = Table(
        (c.CIDR, c.PLANE, c.ADDRESSES, c.PACKETS_MIN, c.PACKETS_MAX, c.BYTES_MAX, c.SECONDS_MAX),
        tuple(
            Row(
                (
                    row.network,
                    row.plane,
                    row.addresses,
                    row.packets_min,
                    row.packets_max,
                    row.bytes_max,
                    round(row.seconds_max, 1),
                )
            )
            for row in forecast.rows
        ),
        empty=text("No address would be probed."),
    )
    skipped = Table((c.WHAT, c.WHY), tuple(Row((one.what, one.why), Tone.WARN) for one in forecast.skipped))
    devices = Table((c.DEVICE,), tuple(Row((name,)) for name in forecast.devices))
    return Document(
        key="forecast",
        title=_TITLE,
        as_of=as_of,
        lines=(
            Line(text("Addresses"), sum(row.addresses for row in forecast.rows)),
            Line(
                text("Packets"),
                text(
                    "{fewest} to {most}",
                    fewest=sum(row.packets_min for row in forecast.rows),
                    most=sum(row.packets_max for row in forecast.rows),
                ),
                text("all answer – none answers"),
            ),
            Line(text("Probes"), _probes(forecast)),
            Line(text("Packets per second at most"), forecast.rate_pps),
            Line(text("Seconds at most"), round(sum(row.seconds_max for row in forecast.rows), 1)),
            Line(text("Devices to read"), len(forecast.devices)),
        ),
        sections=(
            Section(text("Networks"), blocks=(networks,)),
            *((Section(text("Devices to read"), blocks=(devices,)),) if forecast.devices else ()),
            *((Section(text("Left out, and why"), blocks=(skipped,)),) if forecast.skipped else ()),
        ),
        sheets=(Sheet("networks", _TITLE, networks), Sheet("devices", text("Devices to read"), devices)),
        notes=(text("Nothing was sent."),),
        version=VERSION,
    )


def json_document(forecast: Forecast) -> Object:
    """Return the forecast as ``docs/schema/forecast.schema.json`` describes it."""
    return {
        "version": VERSION,
        "dry_run": True,
        "networks": [
            {
                "network": str(row.network),
                "plane": row.plane,
                "addresses": row.addresses,
                "packets_min": row.packets_min,
                "packets_max": row.packets_max,
                "bytes_max": row.bytes_max,
                "seconds_max": round(row.seconds_max, 3),
            }
            for row in forecast.rows
        ],
        "probes": list(forecast.probes),
        "tcp_ports": list(forecast.tcp_ports),
        "rate_pps": forecast.rate_pps,
        "devices": list(forecast.devices),
        "skipped": [{"what": one.what, "why": str(one.why)} for one in forecast.skipped],
    }


def _probes(forecast: Forecast) -> str:
    ports = " ".join(str(port) for port in forecast.tcp_ports)
    return ", ".join(f"tcp {ports}" if probe == "tcp" else probe for probe in forecast.probes) or "-"
