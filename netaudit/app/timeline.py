"""Who held an address and who was on which port: now, at a moment of the past, and over all time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from inventory.model.errors import UsageError
from inventory.model.history import EndpointHistory, is_card
from inventory.model.text import text
from inventory.model.values import Mac
from netaudit.app.answer import Report
from netaudit.app.query import parse, read_address
from netaudit.app.spots import Spot, spot_named, stays
from probes.oui import vendor
from reports.kinds import moment, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.history import Interval
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry

_AT_ONCE: Final = 200
"""So many endpoints are asked for by one statement: databases limit how long one may be."""


def histories(registry: Registry, wanted: IPAddress | Mac | Spot) -> tuple[EndpointHistory, ...]:
    """Return all intervals of a card, or of every endpoint that ever held an address, by endpoint.

    Of a device or a port: the stays there, and nothing else of these endpoints.
    """
    archive = registry.archive
    if isinstance(wanted, Spot):
        return grouped(stays(registry, wanted))
    if isinstance(wanted, Mac):
        return grouped(archive.of_mac(wanted))
    return grouped(archive.of_endpoints(sorted({one.endpoint for one in archive.of_address(wanted)})))


def grouped(found: Iterable[Interval]) -> tuple[EndpointHistory, ...]:
    """Return intervals by endpoint, each in the order they began."""
    by_endpoint: dict[tuple[str, str], list[Interval]] = {}
    for one in found:
        by_endpoint.setdefault(one.endpoint, []).append(one)
    return tuple(
        EndpointHistory(*key, tuple(sorted(mine, key=lambda one: (one.since, one.place is None, one.key))))
        for key, mine in sorted(by_endpoint.items())
    )


def tell(registry: Registry, query: str) -> Report:
    """Answer with every interval and its evidence; of a device or a port with who was there.

    Raises:
        UsageError: the query is neither an IP address nor a MAC, a device nor a port.
    """
    wanted = read_address(query) or spot_named(registry, query) or parse(query)
    found = histories(registry, wanted)
    shown = str(wanted)
    kept = registry.archive.kept_since()
    document = timeline.document(shown, found, vendor, kept_since=kept)
    return Report(document, timeline.json_document(shown, found, vendor, kept_since=kept))


def at_moment(registry: Registry, query: str, at: str, *, reveal: bool) -> Report:
    """Answer for a moment of the past, and say how certain that is.

    Raises:
        UsageError: the query is no address, device or port, or ``at`` is no time.
    """
    wanted = read_address(query) or spot_named(registry, query) or parse(query)
    when = _moment(at)
    found = _then_there(registry, wanted, when) if isinstance(wanted, Spot) else histories(registry, wanted)
    if not isinstance(wanted, Mac | Spot):
        found = tuple(one for one in found if any(held.ip == wanted and held.covers(when) for held in one.intervals))
    cards = {Mac(one.identity) for one in found if is_card(one.identity)}
    filed = registry.desk.sharing(cards, ()) if cards else ()
    filings = {(filing.plane, str(filing.mac)): filing for filing in filed if filing.counts}
    asked = moment.Asked(str(wanted), when, filings, vendor, reveal=reveal, spot=isinstance(wanted, Spot))
    asked = replace(asked, kept_since=registry.archive.kept_since())
    return Report(moment.document(asked, found), moment.json_document(asked, found))


def _then_there(registry: Registry, spot: Spot, when: datetime) -> tuple[EndpointHistory, ...]:
    """Return who may have been there at a moment, with the addresses they had."""
    keys = sorted({one.endpoint for one in stays(registry, spot) if one.covers(when)})
    archive = registry.archive
    found = (
        one for start in range(0, len(keys), _AT_ONCE) for one in archive.of_endpoints(keys[start : start + _AT_ONCE])
    )
    return grouped(one for one in found if one.place is None or spot.holds(one.place))


def _moment(written: str) -> datetime:
    """Read a time; without a zone it is this machine's, a day alone means its last second."""
    try:
        when = datetime.fromisoformat(written.strip())
    except ValueError:
        raise UsageError(
            text("{written!r} is no time.", written=written),
            text('Write 2026-05-03, "2026-05-03 10:00" or 2026-05-03T10:00:00Z.'),
        ) from None
    if len(written.strip()) == len("2026-05-03"):
        when = datetime.combine(when.date(), time(23, 59, 59))
    return (when if when.tzinfo is not None else when.astimezone()).astimezone(UTC)
