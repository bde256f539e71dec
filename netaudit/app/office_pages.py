"""What the office sees: all units, the review queue with what was seen beside what is filed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.filing.schema import REGISTRATIONS
from inventory.model.cases import Turn
from inventory.model.disputes import DisputeState
from inventory.model.privacy import mask_phone, mask_text
from inventory.model.records import RegistrationState
from netaudit.app.unit_page import CaseLine, case_line
from reports.kinds.registration_rate import total

if TYPE_CHECKING:
    from inventory.model.cases import Actor, CaseView
    from inventory.model.observation import Finding
    from inventory.model.text import Text
    from inventory.model.values import Mac
    from inventory.registry.engine import Registry
    from netaudit.app.known import Snapshot
    from netaudit.settings import Settings
    from reports.cells import Ratio


@dataclass(frozen=True, slots=True)
class Overview:
    """Every unit's numbers and what waits."""

    known: Snapshot
    waiting: int
    overdue: int
    disputes: int

    @property
    def rate(self) -> Ratio:
        """How many of the endpoints seen are filed, over the units that can be verified: as the report counts."""
        return total(self.known.units)

    @property
    def unverifiable(self) -> int:
        """Units that the rate leaves out."""
        return sum(not unit.verifiable for unit in self.known.units)

    @property
    def unregistered(self) -> int:
        """Those that nobody has filed."""
        return sum(unit.unregistered for unit in self.known.units)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One registration in the queue."""

    line: CaseLine
    changes: tuple[tuple[Text, str, str], ...]
    """(column, filed, proposed) of an amendment."""
    seen: Finding | None


def overview(registry: Registry, settings: Settings, known: Snapshot) -> Overview:
    """Return every unit's numbers and what waits for the office."""
    waiting = [case_line(case, settings) for case in _waiting(registry)]
    late = sum(line.overdue is not None for line in waiting)
    return Overview(known, len(waiting), late, len(registry.desk.disputes(state=DisputeState.OPEN)))


def queue(registry: Registry, settings: Settings, known: Snapshot, actor: Actor) -> list[Waiting]:
    """Return what waits for a review, the longest waiting first."""
    lines = [case_line(case, settings, actor) for case in _waiting(registry)]
    lines.sort(key=lambda line: (line.due_at is None, line.due_at))
    return [Waiting(line, _changes(line), known.by_card.get(_card(line))) for line in lines]


def _waiting(registry: Registry) -> list[CaseView]:
    found = registry.desk.cases(states={RegistrationState.SUBMITTED, RegistrationState.AMENDING})
    return [case for case in found if case.turn is Turn.OFFICE]


def _card(line: CaseLine) -> tuple[str, Mac]:
    view = line.case.registration
    return view.plane, view.mac


def _changes(line: CaseLine) -> tuple[tuple[Text, str, str], ...]:
    proposal, view = line.case.proposal, line.case.registration
    if proposal is None:
        return ()
    return tuple(
        (REGISTRATIONS.by_key[key].title, _shown(key, str(getattr(view, key) or "")), _shown(key, value))
        for key, value in proposal.changes.items()
    )


def _shown(key: str, value: str) -> str:
    return (mask_phone(value) if key == "phone" else mask_text(value)) or ""
