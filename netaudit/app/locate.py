"""Where is this address, who filed it, and by what evidence?"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.model.errors import UsageError
from inventory.model.text import text
from inventory.model.values import Mac, narrow
from netaudit.app.answer import Report
from netaudit.app.current import current
from probes.oui import vendor
from reports.kinds import location

if TYPE_CHECKING:
    from inventory.model.observation import Observation
    from inventory.model.records import RegistrationView
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def locate(registry: Registry, settings: Settings, query: str, *, reveal: bool) -> Report:
    """Answer for an IP address or MAC in any spelling, in every plane.

    Raises:
        UsageError: the query is neither an IP address nor a MAC.
    """
    wanted = _parse(query)
    known = current(registry, settings)
    matches = [f for unit in known.units for f in unit.findings if _is_seen(f.observation, wanted)]
    missing = [m for unit in known.units for m in unit.missing if _is_filed(m.registration, wanted)]
    shown = str(wanted)
    return Report(
        location.document(
            shown,
            matches,
            missing=missing,
            units={unit.code: unit for unit in registry.units()},
            points={point.code: point for point in registry.points()},
            vendor=vendor,
            as_of=known.as_of,
            reveal=reveal,
        ),
        location.json_document(shown, matches, missing=missing, vendor=vendor, reveal=reveal),
    )


def _parse(query: str) -> IPAddress | Mac:
    try:
        return ip_address(narrow(query).strip())
    except ValueError:
        pass
    try:
        return Mac.parse(query)
    except ValueError:
        raise UsageError(
            text("{query!r} is neither an IP address nor a MAC address.", query=query),
            text("Write 192.0.2.7, 2001:db8::7, 00:e0:fc:12:34:56 or 00e0-fc12-3456."),
        ) from None


def _is_seen(seen: Observation, wanted: IPAddress | Mac) -> bool:
    return wanted == seen.mac if isinstance(wanted, Mac) else wanted in seen.ips


def _is_filed(filed: RegistrationView, wanted: IPAddress | Mac) -> bool:
    return wanted in {filed.mac, filed.ip}
