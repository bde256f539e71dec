"""What would a sweep send, to whom, and how long would it take? Nothing has been sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from reports import columns as c
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.sweep import Forecast, ForecastRow, Lengths
    from inventory.model.text import Text
    from reports.data import Object

VERSION: Final = 3
_LIMITS: Final[Mapping[str, Text]] = {
    "rate": text("the rate: {pps} packets per second"),
    "gateway": text("its gateway: {pps} new addresses per second"),
    "arp": text("ARP on the local link: {pps} per second"),
    "lane": text("its line or gateway: {pps} packets per second"),
    "connects": text("free descriptors: {pps} connects per second"),
}
_WHICH: Final = ("min", "usual", "max")
_TITLE: Final = text("What would be sent")


def document(forecast: Forecast, as_of: datetime | None = None) -> Document:
    """Build what ``netaudit sweep --dry-run`` shows."""
    nothing = text("No address would be probed.")
    networks = Table(
        (c.CIDR, c.PLANE, c.ADDRESSES, c.PACKETS, c.BYTES_MAX, c.SECONDS_ALONE, c.BOUND_BY),
        tuple(
            Row(
                (
                    *(row.network, row.plane, row.addresses),
                    _range(row.packets_min, row.packets_usual, row.packets_max),
                    row.bytes_max,
                    _range(*row.seconds),
                    _bound(row),
                )
            )
            for row in forecast.rows
        ),
        empty=nothing,
    )
    numbers = Table(
        (
            *(c.CIDR, c.PLANE, c.ADDRESSES, c.PACKETS_MIN, c.PACKETS_USUAL, c.PACKETS_MAX, c.BYTES_MAX),
            *(c.SECONDS_MIN, c.SECONDS_USUAL, c.SECONDS_MAX, c.BOUND_BY),
        ),
        tuple(
            Row(
                (
                    *(row.network, row.plane, row.addresses),
                    *(row.packets_min, row.packets_usual, row.packets_max, row.bytes_max),
                    *(round(seconds, 1) for seconds in row.seconds),
                    _bound(row),
                )
            )
            for row in forecast.rows
        ),
        empty=nothing,
    )
    skipped = Table((c.WHAT, c.WHY), tuple(Row((one.what, one.why), Tone.WARN) for one in forecast.skipped))
    devices = Table((c.DEVICE, c.DEVICE_ADDRESS), tuple(Row((name, address)) for name, address in forecast.devices))
    return Document(
        key="forecast",
        title=_TITLE,
        as_of=as_of,
        lines=(
            Line(text("Addresses"), sum(row.addresses for row in forecast.rows)),
            Line(
                text("Packets"),
                _range(*(sum(getattr(row, f"packets_{which}") for row in forecast.rows) for which in _WHICH)),
                text("all answer – none answers – none answers and much is lost"),
            ),
            Line(text("Probes"), _probes(forecast)),
            Line(text("Packets per second at most"), forecast.rate_pps),
            Line(text("Seconds"), _range(*forecast.seconds), text("networks are swept side by side")),
            Line(text("Rounds"), _rounds(forecast)),
            Line(text("Source address"), ", ".join(forecast.sources) or None),
            Line(text("Announced as"), _announced(forecast)),
            Line(text("Devices to read"), len(forecast.devices)),
        ),
        sections=(
            Section(text("Networks"), blocks=(networks,)),
            *((Section(text("Devices to read"), blocks=(devices,)),) if forecast.devices else ()),
            *((Section(text("Left out, and why"), blocks=(skipped,)),) if forecast.skipped else ()),
        ),
        sheets=(Sheet("networks", _TITLE, numbers), Sheet("devices", text("Devices to read"), devices)),
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
                "packets_usual": row.packets_usual,
                "packets_max": row.packets_max,
                "bytes_max": row.bytes_max,
                **_lengths(row.seconds),
                "limit": row.limit,
                "pps": round(row.pps, 3),
            }
            for row in forecast.rows
        ],
        **_lengths(forecast.seconds),
        "probes": list(forecast.probes),
        "tcp_ports": list(forecast.tcp_ports),
        "rate_pps": forecast.rate_pps,
        "rounds": forecast.rounds,
        "sources": list(forecast.sources),
        "contact": forecast.contact,
        "devices": [name for name, _address in forecast.devices],
        "device_addresses": [str(address) for _name, address in forecast.devices],
        "skipped": [{"what": one.what, "why": str(one.why)} for one in forecast.skipped],
    }


def _bound(row: ForecastRow) -> Text:
    return text(_LIMITS[row.limit].message, pps=f"{row.pps:g}")


def _lengths(seconds: Lengths) -> dict[str, float]:
    return {f"seconds_{which}": round(each, 3) for which, each in zip(_WHICH, seconds, strict=True)}


def _range(fewest: float, usual: float, most: float) -> str:
    return " – ".join(f"{number:,.0f}" for number in (fewest, usual, most))


def _rounds(forecast: Forecast) -> Text | int:
    if forecast.rounds is not None:
        return forecast.rounds
    return text("until the measured loss predicts that hardly a host is missed")


def _announced(forecast: Forecast) -> str:
    return f"netaudit sweep ({forecast.contact})" if forecast.contact else "netaudit sweep"


def _probes(forecast: Forecast) -> str:
    ports = " ".join(str(port) for port in forecast.tcp_ports)
    return ", ".join(f"tcp {ports}" if probe == "tcp" else probe for probe in forecast.probes) or "-"
