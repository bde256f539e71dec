"""Where is this address, who filed it, and which rows say so?"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.model.location import Verdict
from inventory.model.names import name_of
from inventory.model.nature import Nature, nature
from inventory.model.observation import Status
from inventory.model.privacy import mask_phone, mask_text
from inventory.model.sources import DUPLICATE, HOST, OVERLAP, STATED, TEAM, TWO_PLACES, UNHEARD, UNPLACED
from inventory.model.text import Text, text
from inventory.model.typehints import kinds, type_hints
from reports import columns as c
from reports import data, rows, vocabulary
from reports.document import Document, Row, Section, Sheet, Step, Steps, Table, Tone
from reports.kinds import elsewhere
from reports.kinds.whose import NOBODY, Whose
from reports.twice import known_as

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from inventory.model.location import Evidence, Location
    from inventory.model.observation import Finding, Likeness, Missing, Owned, Unseen
    from inventory.model.records import RegistrationView
    from inventory.model.typehints import Hint
    from reports.cells import Cell
    from reports.data import Object, Vendor

VERSION: Final = 1
_NEIGHBOURS: Final = ("lldp", "cdp", "neighbo", "spanning-tree", "stp")
"""In the sources of what devices hear of each other: MIB objects and commands."""


class Said(StrEnum):
    """What a row of evidence is about."""

    PROBE = "probe"
    GATEWAY = "gateway"
    SWITCH = "switch"
    NEIGHBOUR = "neighbour"
    PLACE = "place"
    """Why the place is this one, or no better known: what people state, what the tables came to."""
    JOIN = "join"
    """What rows of several sources came to: what kind of card it is."""


def said(row: Evidence) -> Said:
    """Tell from its source what a row is about: ``snmp:dot1qTpFdbTable``, ``ssh:display arp``, ``probe:icmp``."""
    source = row.source.casefold()
    if source.startswith("probe:"):
        return Said.PROBE
    if rows.is_conclusion(row):
        return Said.JOIN
    if source.startswith(("location:", "filed:")):
        return Said.PLACE
    if rows.is_forwarding(row):
        return Said.SWITCH
    return Said.NEIGHBOUR if any(word in source for word in _NEIGHBOURS) else Said.GATEWAY


def document(
    query: str,
    matches: Sequence[Finding],
    *,
    missing: Sequence[Missing] = (),
    devices: Sequence[Owned] = (),
    unseen: Unseen | None = None,
    whose: Whose = NOBODY,
    vendor: Vendor = data.nobody,
    as_of: datetime | None = None,
) -> Document:
    """Build the answer.

    Args:
        query: the address as it was asked for.
        matches: every endpoint that has or had it, as reconciled.
        missing: filings of this address that no sweep saw.
        devices: whose own address it is, where it is no endpoint's.
        unseen: what is known of it, where it is nobody's.
        whose: names of units and points, and who answers for them.
        vendor: who made a network card.
        as_of: the moment the answer is about.
    """
    found = sorted(matches, key=rows.order)
    chains = _Chains(whose, vendor)
    table = Table(
        (c.STATUS, c.UNIT, *rows.ENDPOINT),
        tuple(
            Row((f.status, f.attribution.unit, *rows.endpoint(f, vendor).cells), vocabulary.tone(f.status))
            for f in found
        ),
        empty=elsewhere.no_match(query, unseen),
    )
    if devices:
        table = elsewhere.table(devices)
    sections = [Section(_heading(f), blocks=(Steps(chains.chain(f)),)) for f in found]
    sections += elsewhere.of_devices(query, devices, whose)
    if not found and not devices:
        sections += elsewhere.of_unseen(query, unseen, whose, vendor)
    if missing:
        absent = Table(rows.ABSENT, tuple(rows.absent(gone, reveal=whose.reveal) for gone in missing))
        sections.append(Section(text("Filed, but not seen"), blocks=(absent,)))
    return Document(
        key="locate",
        title=text("Where is {query}?", query=query),
        as_of=as_of,
        sections=tuple(sections),
        sheets=(Sheet("matches", text("Matches"), table),),
        version=VERSION,
    )


def json_document(
    query: str,
    matches: Sequence[Finding],
    *,
    missing: Sequence[Missing] = (),
    devices: Sequence[Owned] = (),
    unseen: Unseen | None = None,
    whose: Whose = NOBODY,
    vendor: Vendor = data.nobody,
) -> Object:
    """Return the answer as ``docs/schema/locate.schema.json`` describes it."""
    return {
        "query": query,
        "version": VERSION,
        "matches": [
            {
                **data.endpoint(f, vendor),
                "unit": f.attribution.unit,
                "differs": [difference.value for difference in f.mismatches],
                "because": data.words(f.because),
                "registration": data.registration(f.registration, reveal=whose.reveal),
                "contacts": whose.contacts_of(f.attribution.unit),
            }
            for f in sorted(matches, key=rows.order)
        ],
        "devices": [one.device for one in devices if one.device is not None],
        "filed_not_seen": [data.missing(gone, reveal=whose.reveal) for gone in missing],
        "not_seen": None if unseen is None else elsewhere.json_object(unseen, whose, vendor),
    }


def _heading(finding: Finding) -> Text:
    seen = finding.observation
    ips = ", ".join(str(ip) for ip in seen.ips)
    if seen.mac is None:
        return text("{ip} (MAC unknown)", ip=ips)
    return text("{ip} · {mac}", ip=ips, mac=seen.mac) if ips else text("{mac} (IP unknown)", mac=seen.mac)


class _Chains:
    """One reader's answer: what turns codes into names, and what may be shown."""

    def __init__(self, whose: Whose, vendor: Vendor) -> None:
        self._whose, self._vendor, self._reveal = whose, vendor, whose.reveal

    def chain(self, finding: Finding) -> tuple[Step, ...]:
        """Return the chain: who answered, gateway, switches, port, point, unit, filing."""
        seen = finding.observation
        steps = [self._card(finding), _alike(finding.alike)]
        steps += [
            _heard(text("Answered"), Said.PROBE, seen.evidence),
            _heard(text("Gateway"), Said.GATEWAY, seen.evidence, seen.location.gateway),
            _heard(text("Switches"), Said.SWITCH, seen.evidence),
            _heard(text("Neighbours"), Said.NEIGHBOUR, seen.evidence),
            _port(seen.location, seen.evidence),
            _removed(seen.location),
            *self._whose.point(finding.attribution.point),
            *self._whose.unit(finding.attribution.unit, finding.attribution.because),
            self._filing(finding),
        ]
        return tuple(step for step in steps if step is not None)

    def _card(self, finding: Finding) -> Step | None:
        seen = finding.observation
        when = text("first seen {first}, last seen {last}", first=seen.first_seen, last=seen.last_seen)
        maker = self._vendor(seen.mac) if seen.mac else None
        named = name_of(seen)
        calls = (text("calls itself {name} ({source})", name=named.name, source=named.source),) if named else ()
        shared: tuple[Cell, ...] = ()
        if seen.shared_ips:
            ips = ", ".join(str(ip) for ip in seen.shared_ips)
            shared = (text("{ips} is used by another MAC, too", ips=ips),)
        peculiar = nature(seen)
        kind = (_NATURE[peculiar],) if peculiar is not None else ()
        joined = tuple(row.row for row in seen.evidence if said(row) is Said.JOIN)
        told: tuple[Cell, ...] = (when, *_hinted(type_hints(seen, maker)), *kind, *joined, *calls, *shared)
        return Step(text("Network card"), maker, told, Tone.WARN if shared or kind else None)

    def _filing(self, finding: Finding) -> Step:
        filed = finding.registration
        proof: list[Cell] = [finding.because] if finding.because else []
        if finding.status is Status.MISMATCH:
            proof.append(text("differs in: {fields}", fields=_fields(finding)))
        if filed is not None:
            proof += self._filed(filed)
        return Step(text("Filing"), finding.status, tuple(proof), vocabulary.tone(finding.status))

    def _filed(self, filed: RegistrationView) -> list[Cell]:
        person = filed.person if self._reveal else mask_text(filed.person)
        phone = filed.phone if self._reveal else mask_phone(filed.phone)
        told = (person, phone, filed.device_type, filed.location if self._reveal else mask_text(filed.location))
        return [
            text(
                "No. {number}: {ip} · {mac}, unit {unit}", number=filed.id, ip=filed.ip, mac=filed.mac, unit=filed.unit
            ),
            *((" · ".join(part for part in told if part),) if any(told) else ()),
        ]


def _alike(known: Likeness | None) -> Step | None:
    """Return under which other card the device is probably known, and why."""
    if known is None:
        return None
    seen = text("seen {first} to {last}", first=known.first_seen, last=known.last_seen)
    several = tuple(str(mac) for mac in known.cards) if known.count > 1 else ()
    rows_told = tuple(
        text("{at}  {row} ({source})", at=row.at, row=_quoted(row), source=row.source) for row in known.proof
    )
    filed = known.registration
    filing = (text("filed as no. {number}, unit {unit}", number=filed.id, unit=filed.unit),) if filed else ()
    told: tuple[Cell, ...] = (*several, seen, *known.because, *rows_told, *filing, _NO_MERGER)
    return Step(text("Same device?"), known_as(known), told, Tone.WARN)


def _hinted(hints: tuple[Hint, ...]) -> tuple[Text, ...]:
    """Return what it may be, with every source; and that the sources contradict each other."""
    told = tuple(
        text("{kind} ({because})", kind=vocabulary.word(hint.kind) or hint.kind, because=hint.because) for hint in hints
    )
    return (*told, text("these hints contradict each other")) if len(kinds(hints)) > 1 else told


def _fields(finding: Finding) -> Text | str:
    words: Text | str = ""
    for difference in finding.mismatches:
        one = vocabulary.word(difference) or difference.value
        words = text("{one}, {two}", one=words, two=one) if words else one
    return words


def _heard(title: Text, about: Said, evidence: Sequence[Evidence], who: str | None = None) -> Step | None:
    told = [row for row in evidence if said(row) is about]
    if not told:
        return None
    speakers = list(dict.fromkeys(row.device or row.source for row in told))
    proof: tuple[Cell, ...] = tuple(
        text("{at}  {row} ({source})", at=row.at, row=_quoted(row), source=row.source) for row in told
    )
    return Step(title, who or ", ".join(speakers), proof)


def _quoted(row: Evidence) -> str:
    return rows.one_row(row) if row.device else row.row


def _port(found: Location, evidence: Sequence[Evidence]) -> Step:
    known = _known_place(found, {row.source for row in evidence})
    why = (_why(row) for row in evidence if said(row) is Said.PLACE)
    return replace(known, proof=(*known.proof, *why))


def _why(row: Evidence) -> Cell:
    words = _WHY.get(row.source)
    return _quoted(row) if words is None else text("{words}: {row}", words=words, row=_quoted(row))


def _known_place(found: Location, sources: Collection[str]) -> Step:
    doubled = DUPLICATE in sources
    tone = vocabulary.tone(found.verdict)
    if found.verdict is Verdict.AMBIGUOUS:
        all_places: tuple[Cell, ...] = tuple(_place(other.device, other.port) for other in found.alternatives)
        count = len(found.alternatives)
        where = text("at {count} places", count=count) if doubled else text("one of {count} places", count=count)
        return Step(text("Port"), where, all_places, tone)
    if found.place is None:
        meaning = text("not known: no device table has it")
        if found.removed:
            meaning = text("not known: every port that reported it is ruled out")
        elif found.verdict is Verdict.L3_ONLY:
            meaning = text("not known: no switch that was read has learned its MAC")
        return Step(text("Port"), meaning, (), tone)
    proof: list[Cell] = [_MEANING[found.verdict]] if found.verdict in _MEANING else []
    if found.behind:
        proof.append(text("behind it: {devices}", devices=", ".join(found.behind)))
    if found.last is not None and found.last_at is not None:
        last = _place(found.last.device, found.last.port)
        proof.append(text("there it was last known exactly: {place}, seen {at}", place=last, at=found.last_at))
    proof += [
        text("a second cable ends on {place}", place=_place(other.device, other.port))
        if TEAM in sources
        else text("the same cable ends on {place}, too", place=_place(other.device, other.port))
        for other in found.alternatives
    ]
    if found.vlan is not None:
        proof.append(text("VLAN {vlan}", vlan=found.vlan))
    if found.shares_port_with and HOST not in sources:
        proof.append(
            text(
                "other stations on this port: {count}; an unmanaged switch or access point?",
                count=found.shares_port_with,
            )
        )
    return Step(text("Port"), _place(found.place.device, found.place.port), tuple(proof), tone)


_NO_MERGER: Final = text("both are counted: nothing proves it")
_NATURE: Final = {
    Nature.CLUSTER: text("the hosts of a load-balancing cluster share this address; they are counted by their own"),
    Nature.CLUSTER_HOST: text("a host of a load-balancing cluster: not the card of its hardware, which filings name"),
    Nature.PROXY: text("answers for many addresses (proxy ARP or a router): the endpoints behind it are not seen"),
    Nature.VIRTUAL: text("the address is made up by a hypervisor or a container engine"),
    Nature.LOCAL: text(
        "the address is made up, at random or by hand, and may change: the device may be known under another one"
    ),
}
_WHY: Final = {
    STATED: text("stated, which outranks the tables"),
    TWO_PLACES: text("one sweep saw it at several places"),
    DUPLICATE: text("sweep after sweep saw it at several places: two cards with one address"),
    HOST: text("the port of a host: its own card and its virtual machines"),
    TEAM: text("one host with a cable to each: the same machines are seen on both"),
    OVERLAP: text("a switch behind it is known by the stations both have"),
    UNPLACED: text("a switch that was read may lie behind it: no row tells"),
    UNHEARD: text("a registered switch may lie behind it that was not read and of which no row tells where it hangs"),
}
_MEANING: Final = {
    Verdict.EXACT: text("exact: on this port itself, on no device known behind it"),
    Verdict.BOUNDED: text("behind this port: the nearer switch was not read or does not hold the address now"),
}


def _place(device: str, port: str) -> Text:
    return text("{device}, port {port}", device=device, port=port)


def _removed(found: Location) -> Step | None:
    if not found.removed:
        return None
    proof = tuple(
        text("{place}: {because}", place=_place(gone.place.device, gone.place.port), because=gone.because)
        for gone in found.removed
    )
    return Step(
        text("Ruled out"), text("other ports that reported it: {count}", count=len(found.removed)), proof, Tone.MUTED
    )
