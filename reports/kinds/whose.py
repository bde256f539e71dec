"""Points, units and the people who answer for them, as links of a chain of evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from inventory.model.privacy import mask_phone, mask_text
from inventory.model.text import text
from reports import vocabulary
from reports.document import Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.records import ContactView, PointView, UnitView
    from reports.cells import Cell
    from reports.data import Json


@dataclass(frozen=True, slots=True)
class Whose:
    """What turns codes into names and people, and whether phone numbers are shown in full."""

    units: Mapping[str, UnitView] = field(default_factory=dict)
    points: Mapping[str, PointView] = field(default_factory=dict)
    contacts: Mapping[str, Sequence[ContactView]] = field(default_factory=dict)
    """Who has a duty at a unit now, the technical contact first."""
    reveal: bool = False

    def point(self, code: str | None) -> tuple[Step, ...]:
        """Return the point with its address and room; nothing where none is known."""
        if code is None:
            return ()
        known = self.points.get(code)
        if known is None:
            return (Step(text("Point"), code),)
        where = tuple(part for part in (known.address, known.room) if part)
        return (Step(text("Point"), text("{name} ({code})", name=known.name, code=code), where),)

    def unit(self, code: str, *because: Cell) -> tuple[Step, ...]:
        """Return the unit, why it is this one, and who is to be called there."""
        known = self.units.get(code)
        named: Cell = text("{name} ({code})", name=known.name, code=code) if known else code
        return (Step(text("Unit"), named, because), *self._people(code))

    def people(self, code: str) -> list[ContactView]:
        """Return who has a duty at a unit, phone numbers as they may be shown."""
        duty = self.contacts.get(code, ())
        if self.reveal:
            return [*duty]
        return [replace(one, name=mask_text(one.name) or "", phone=mask_phone(one.phone)) for one in duty]

    def contacts_of(self, code: str) -> list[Json]:
        """Return the same as data."""
        return [
            {"name": one.name, "role": one.role.value if one.role else None, "phone": one.phone}
            for one in self.people(code)
        ]

    def _people(self, code: str) -> tuple[Step, ...]:
        told = [_called(one) for one in self.people(code)]
        return (Step(text("Contact"), told[0], tuple(told[1:])),) if told else ()


def _called(one: ContactView) -> Cell:
    if one.role is None:
        return " · ".join(part for part in (one.name, one.phone) if part)
    role = vocabulary.word(one.role) or one.role.value
    if one.phone is None:
        return text("{name} ({role})", name=one.name, role=role)
    return text("{name} ({role}), {phone}", name=one.name, role=role, phone=one.phone)


NOBODY: Final = Whose()
