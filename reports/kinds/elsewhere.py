"""What is an address that is no endpoint seen lately: a device's own, or one that no sweep of the last days saw?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.observation import Absence
from inventory.model.text import Text, text
from inventory.model.values import PUBLIC_PLANE, Mac
from reports import columns as c
from reports import data, vocabulary
from reports.document import Row, Section, Step, Steps, Table, Tone
from reports.kinds import timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.observation import Owned, Silence, Unseen
    from reports.cells import Cell
    from reports.data import Object, Vendor
    from reports.kinds.whose import Whose


def table(devices: Sequence[Owned]) -> Table:
    """Return the devices to be computed with."""
    return Table((c.DEVICE,), tuple(Row((one.device,)) for one in devices if one.device is not None))


def of_devices(query: str, devices: Sequence[Owned], whose: Whose) -> tuple[Section, ...]:
    """Return whose own address it is; several share that of a virtual router."""
    if not devices:
        return ()
    virtual = _is_virtual_router(query)
    names = ", ".join(one.device for one in devices if one.device is not None)
    told = [text("{query} is an own address of {devices}.", query=query, devices=names)] if names else []
    if virtual:
        told.append(text("Its form is that of a virtual router (VRRP, HSRP or GLBP), which several routers may share."))
    rest = text("Devices are no endpoints, and nobody has to file them.")
    return (Section(None, notes=(*told, rest)), *(_device(one, whose) for one in devices))


def _is_virtual_router(query: str) -> bool:
    try:
        return Mac.parse(query).is_virtual_router
    except ValueError:
        return False


def _device(one: Owned, whose: Whose) -> Section:
    rows: tuple[Cell, ...] = tuple(
        text("{at}  {row} ({source})", at=row.at, row=f"{row.device}: {row.row}", source=row.source)
        for row in one.proof
    )
    steps = [Step(text("Role"), one.filed.role)] if one.filed else []
    speakers = ", ".join(dict.fromkeys(row.device or row.source for row in one.proof))
    steps.append(Step(text("Said by"), speakers or text("its registration"), rows))
    code = one.filed.point if one.filed else None
    steps += whose.point(code)
    if code is not None and code in whose.points:
        steps += whose.unit(whose.points[code].unit)
    heading = text("Virtual router") if one.device is None else text("Network device {name}", name=one.device)
    return Section(heading, blocks=(Steps(tuple(steps)),))


def no_match(query: str, known: Unseen | None) -> Text:
    """Return in a sentence that no sweep saw it."""
    if known is not None and known.days is None:
        return text("No sweep has run yet, so nothing is known. Start: netaudit sweep")
    if known is not None and known.last:
        return text("No sweep of the last {count} days saw {query}.", count=known.days, query=query)
    return text("No sweep saw {query}. Not seen is not gone: it may have been switched off.", query=query)


def of_unseen(query: str, known: Unseen | None, whose: Whose, vendor: Vendor) -> tuple[Section, ...]:
    """Return what is known of an address that no sweep of the window saw: whether it was looked for, who had it."""
    steps = [] if known is None else _looked_for(known, whose)
    sections = [Section(text("Not found"), notes=(no_match(query, known),))]
    if steps:
        sections.append(Section(None, blocks=(Steps(tuple(steps)),)))
    for one in known.last if known is not None else ():
        held = Steps(tuple(timeline.step(interval) for interval in one.intervals))
        sections.append(Section(text("Last known: {who}", who=timeline.heading(one, vendor)), blocks=(held,)))
    return tuple(sections)


def _looked_for(known: Unseen, whose: Whose) -> list[Step]:
    steps = [step for one in known.silences for step in _silence(one, whose)]
    whole, asked = known.tables
    if not known.silences and known.days is not None:
        told = text("forwarding tables read completely: {whole} of {asked}", whole=whole, asked=asked)
        steps.append(Step(text("Looked for"), told, (), Tone.WARN if whole < asked else None))
    return steps


def _silence(one: Silence, whose: Whose) -> list[Step]:
    tone = Tone.WARN if one.absence is Absence.NOT_ASSESSED else None
    verdict = vocabulary.word(one.absence) or one.absence.value
    plane = () if one.plane == PUBLIC_PLANE else (text("network plane {plane}", plane=one.plane),)
    steps = [Step(text("Looked for"), verdict, (one.because, *plane), tone)]
    if one.prefix is None:
        return steps
    told = text("its address lies in {prefix} of unit {unit}", prefix=str(one.prefix.cidr), unit=one.prefix.unit)
    return [*steps, *whose.point(one.prefix.point), *whose.unit(one.prefix.unit, told)]


def json_object(known: Unseen, whose: Whose, vendor: Vendor) -> Object:
    """Return it as ``docs/schema/locate.schema.json`` describes it."""
    whole, asked = known.tables
    return {
        "days": known.days,
        "forwarding_tables": {"complete": whole, "asked": asked},
        "looked_for": [
            {
                "plane": one.plane,
                "prefix": str(one.prefix.cidr) if one.prefix else None,
                "unit": one.prefix.unit if one.prefix else None,
                "point": one.prefix.point if one.prefix else None,
                "absence": one.absence.value,
                "because": data.words(one.because),
                "contacts": whose.contacts_of(one.prefix.unit) if one.prefix else [],
            }
            for one in known.silences
        ],
        "last_known": [timeline.endpoint(one, vendor) for one in known.last],
    }
