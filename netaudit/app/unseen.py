"""What is known of an address no sweep of the window saw: was it looked for, and who had it last?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness, Table
from inventory.model.observation import Absence, Silence, Unseen
from inventory.model.records import Filed, YesNoUnknown
from inventory.model.text import text
from inventory.model.values import PUBLIC_PLANE, Mac
from inventory.reconcile.absence import silence
from inventory.reconcile.addresses import PrefixTable
from inventory.reconcile.reading import Reading
from netaudit.app.timeline import histories

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.model.factset import FactSet
    from inventory.model.history import EndpointHistory, Interval
    from inventory.model.records import PrefixView, SweepView
    from inventory.model.text import Text
    from inventory.model.values import IPAddress, IPNetwork
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def unseen(registry: Registry, settings: Settings, sweeps: Sequence[SweepView], wanted: IPAddress | Mac) -> Unseen:
    """Return it; ``sweeps`` are those of the window."""
    last = tuple(one for one in (_last(found, wanted) for found in histories(registry, wanted)) if one.intervals)
    if not sweeps:
        return Unseen(None, (), (0, 0), last)
    facts = registry.archive.read_ends([view.id for view in sweeps])
    read = _tables(facts)
    silences = () if isinstance(wanted, Mac) else tuple(_silences(registry, facts, wanted))
    return Unseen(settings.report.window_days, silences, read, last)


def _last(found: EndpointHistory, wanted: IPAddress | Mac) -> EndpointHistory:
    """Leave of an endpoint's history the address (the one asked for, or its last ones) and the place it had last."""
    addresses = [one for one in found.intervals if one.ip is not None and wanted in {one.ip, *_card(one)}]
    places = [one for one in found.intervals if one.place is not None]
    return replace(found, intervals=(*_newest(addresses), *_newest(places)))


def _card(one: Interval) -> tuple[Mac, ...]:
    return () if one.identity == str(one.ip) else (Mac(one.identity),)


def _newest(intervals: Sequence[Interval]) -> Iterator[Interval]:
    newest = max((one.last_seen for one in intervals), default=None)
    yield from (one for one in intervals if one.last_seen == newest)


def _tables(facts: FactSet) -> tuple[int, int]:
    """Count the devices whose forwarding table was asked for, and of how many it was read completely."""
    asked = {row.device for row in facts.coverage if row.table is Table.FDB}
    whole = {
        row.device for row in facts.coverage if row.table is Table.FDB and row.completeness is Completeness.COMPLETE
    }
    return len(whole), len(asked)


def _silences(registry: Registry, facts: FactSet, ip: IPAddress) -> Iterator[Silence]:
    filed = Filed(registry.units(), registry.points(), registry.prefixes(), registry.devices())
    reading = Reading(facts, filed, ())
    prefixes = PrefixTable(filed.prefixes)
    planes = sorted({view.plane for view in filed.prefixes} | {block.plane for block in facts.blocks} | {PUBLIC_PLANE})
    holding = {plane: prefixes.longest(plane, ip) for plane in planes}
    day = datetime.now(UTC).astimezone().date()
    excluded = next((one for one in registry.exclusions() if one.applies(day) and ip in one.target), None)
    known = [plane for plane in planes if holding[plane] is not None or reading.asked(plane, ip)]
    for plane in known or [PUBLIC_PLANE]:
        prefix = holding[plane]
        absence, because = silence(plane, ip, prefix, reading)
        blind = prefix and _blind(filed, facts, reading, prefix)
        if excluded is not None:
            absence = Absence.NOT_ASSESSED
            because = text("nothing is sent to {ip}: {reason}", ip=str(ip), reason=excluded.reason)
        elif blind:
            absence, because = Absence.NOT_ASSESSED, blind
        elif prefix is None and reading.asked(plane, ip):
            because = text("{ip} was probed without an answer, and lies in no registered prefix", ip=str(ip))
        yield Silence(plane, prefix, absence, because)


def _blind(filed: Filed, facts: FactSet, reading: Reading, prefix: PrefixView) -> Text | None:
    """Return why silence at a prefix's point says nothing: address translation, or nobody there was reached.

    The gateway's own addresses in a prefix are no answer from there.
    """
    point = next((view for view in filed.points if view.code == prefix.point), None)
    if point is None:
        return None
    if point.nat is YesNoUnknown.YES:
        return text("{site} is behind address translation", site=point.code)
    mine = [view for view in filed.prefixes if view.point == point.code]
    answered = any(
        block.alive > sum(own.plane == block.plane and own.ip in block.network for own in facts.addresses)
        for block in facts.blocks
        if any(block.plane == view.plane and _overlap(block.network, view.cidr) for view in mine)
    )
    if answered or any(reading.read(device.name) for device in filed.devices if device.point == point.code):
        return None
    return text("nothing answered at {site} and none of its devices was read", site=point.code)


def _overlap(one: IPNetwork, other: IPNetwork) -> bool:
    return one.version == other.version and one.overlaps(other)
