"""Which endpoints may be counted twice, and under which other card is one probably known?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.observation import Status
from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory.model.observation import Likeness, UnitResult
    from inventory.model.text import Text


@dataclass(frozen=True, slots=True)
class Doubled:
    """How many of the endpoints counted may be others of them."""

    addresses: int
    """Whose cards are not known."""
    cards: int
    """Whose addresses are not known."""
    changed: int
    """Made-up cards that were probably seen later as another one."""
    among_others: int
    """New made-up cards on ports of several stations that may be any of those that are gone from there."""

    @property
    def unjoined(self) -> int:
        """How many addresses may belong to cards that are counted by themselves."""
        return min(self.addresses, self.cards)

    @property
    def count(self) -> int:
        """All together."""
        return self.unjoined + self.changed + self.among_others


def doubled(units: Iterable[UnitResult]) -> Doubled:
    """Count the endpoints that may be counted twice."""
    findings = [f for unit in units for f in unit.findings if f.status is not Status.VIRTUAL]
    seen = [finding.observation for finding in findings]
    new: Counter[object] = Counter()
    gone: dict[object, int] = {}
    for finding in findings:
        if finding.alike is not None and not finding.alike.sure:
            port = finding.observation.plane, finding.observation.location.place
            new[port] += 1
            gone[port] = max(gone.get(port, 0), finding.alike.count)
    return Doubled(
        addresses=sum(one.mac is None for one in seen),
        cards=sum(not one.ips for one in seen),
        changed=sum(f.alike is not None and f.alike.sure and f.alike.newer for f in findings),
        among_others=sum(min(count, gone[port]) for port, count in new.items()),
    )


def notes(units: Iterable[UnitResult]) -> tuple[Text, ...]:
    """Say how many endpoints may be counted twice, and why; nothing where none may be."""
    found = doubled(units)
    return (text("May be counted twice: {count}. {reasons}", count=found.count, reasons=_reasons(found)),) * bool(
        found.count
    )


def _reasons(found: Doubled) -> Text | str:
    told: Text | str = ""
    for reason in _each(found):
        told = text("{one} {two}", one=told, two=reason) if told else reason
    return told


def _each(found: Doubled) -> Iterator[Text]:
    if found.unjoined:
        yield text(
            "The cards of {addresses} addresses and the addresses of {cards} cards are not known; some may belong "
            "together.",
            addresses=found.addresses,
            cards=found.cards,
        )
    if found.changed:
        yield text("Made-up cards that were probably seen later as another one: {count}.", count=found.changed)
    if found.among_others:
        yield text(
            "New made-up cards on ports of several stations that may be any of those gone from there: {count}.",
            count=found.among_others,
        )


def known_as(alike: Likeness) -> Text:
    """Say under which other card the device is probably known."""
    mac = str(alike.cards[0])
    if not alike.sure and alike.count > 1:
        return text("may be one of {count} cards gone from this port", count=alike.count)
    if not alike.sure:
        return text("may be {mac}, which is gone from this port", mac=mac)
    if alike.newer:
        return text("probably {mac} by now", mac=mac)
    if alike.registration is not None:
        return text("probably {mac} before, filed as no. {number}", mac=mac, number=alike.registration.id)
    return text("probably {mac} before", mac=mac)
