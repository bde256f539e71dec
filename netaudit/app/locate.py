"""Where is this address, who filed it, and by what evidence?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.values import Mac
from netaudit.app.answer import Report
from netaudit.app.current import current
from netaudit.app.query import parse
from netaudit.app.timeline import histories
from probes.oui import vendor
from reports.kinds import location, timeline

if TYPE_CHECKING:
    from inventory.model.observation import Observation
    from inventory.model.records import RegistrationView
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def locate(registry: Registry, settings: Settings, query: str, *, reveal: bool, history: bool = False) -> Report:
    """Answer for an IP address or MAC in any spelling, in every plane; with ``history`` for all time, too.

    Raises:
        UsageError: the query is neither an IP address nor a MAC.
    """
    wanted = parse(query)
    known = current(registry, settings)
    matches = [f for unit in known.units for f in unit.findings if _is_seen(f.observation, wanted)]
    missing = [m for unit in known.units for m in unit.missing if _is_filed(m.registration, wanted)]
    shown = str(wanted)
    document = location.document(
        shown,
        matches,
        missing=missing,
        units={unit.code: unit for unit in registry.units()},
        points={point.code: point for point in registry.points()},
        vendor=vendor,
        as_of=known.as_of,
        reveal=reveal,
    )
    data = location.json_document(shown, matches, missing=missing, vendor=vendor, reveal=reveal)
    if history:
        past = histories(registry, wanted)
        document = timeline.with_history(document, past, vendor)
        data = {**data, "history": [timeline.endpoint(one, vendor) for one in past]}
    return Report(document, data)


def _is_seen(seen: Observation, wanted: IPAddress | Mac) -> bool:
    return wanted == seen.mac if isinstance(wanted, Mac) else wanted in seen.ips


def _is_filed(filed: RegistrationView, wanted: IPAddress | Mac) -> bool:
    return wanted in {filed.mac, filed.ip}
