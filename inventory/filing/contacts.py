"""Who has a duty at a unit on a given day, and how it ends for the one who hands over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from inventory.filing.lifecycle import Refusal
from inventory.model.records import ContactRole, ContactView
from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from inventory.model.dossiers import Successor


def on_duty(contacts: Iterable[ContactView], day: date) -> tuple[ContactView, ...]:
    """Return the contacts whose duty holds on a day, the technical contact first."""
    ranks = {role: rank for rank, role in enumerate(ContactRole)}
    held = (c for c in contacts if (c.valid_from or day) <= day <= (c.valid_to or day))
    return tuple(sorted(held, key=lambda c: (ranks.get(c.role, len(ranks)) if c.role else len(ranks), c.name)))


def replaced(
    contacts: Sequence[ContactView], asked: Successor, day: date
) -> tuple[ContactView | None, ContactView] | Refusal:
    """Return (who hands over, with the last day; who takes over, with the first day) as they are to be stored.

    The last day is the one before: on the day itself the new one has the duty.

    Args:
        contacts: the unit's.
        asked: who takes over what.
        day: the new one's first day.
    """
    if not asked.name.strip():
        return Refusal(text("A name is needed."), column="name")
    having = [c for c in on_duty(contacts, day) if c.role is asked.role and c.name != asked.name]
    named = [c for c in having if asked.outgoing in {None, c.name}]
    if asked.outgoing is not None and not named:
        return Refusal(text("{name} does not have this duty now.", name=asked.outgoing), column="outgoing")
    if len(named) > 1:
        names = ", ".join(c.name for c in named)
        return Refusal(text("Several people have this duty: {names}. Say who hands over.", names=names))
    before = next((c for c in contacts if (c.name, c.role) == (asked.name, asked.role)), None)
    if not named and before is not None and before in on_duty(contacts, day):
        return Refusal(text("{name} has this duty already.", name=asked.name), column="name")
    known = before or ContactView(asked.unit, asked.name, asked.role)
    incoming = replace(
        known, phone=asked.phone or known.phone, email=asked.email or known.email, valid_from=day, valid_to=None
    )
    return (_ended(named[0], day) if named else None), incoming


def _ended(contact: ContactView, day: date) -> ContactView:
    last = day - timedelta(days=1)
    started = contact.valid_from
    return replace(contact, valid_to=last, valid_from=min(started, last) if started else None)
