"""After a handover: the registrations that name the person who left as their user get the name of the new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.filing.lifecycle import Refusal, Step
from inventory.model.cases import Action
from inventory.model.records import RegistrationState as State

if TYPE_CHECKING:
    from inventory.model.cases import Actor, CaseView
    from inventory.model.dossiers import HandoverView
    from inventory.registry.engine import Registry

_STEPS: Final = {State.DRAFT: Action.EDIT, State.RETURNED: Action.EDIT, State.APPROVED: Action.AMEND}
"""What changes a registration in this state; in another one something is waited for, which a change would disturb."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """How many registrations named the person who left."""

    changed: int
    """Changed, or, where it is filed already, proposed for review."""
    left: int
    """Those for which a review is waited for."""


def rename(registry: Registry, handover: HandoverView, phone: str | None, actor: Actor) -> Renamed:
    """Name the new person as the user of every registration of the unit that names the one who left.

    Args:
        registry: where.
        handover: who gave the duty to whom.
        phone: the new person's number; None keeps what is filed.
        actor: who says so.
    """
    if handover.outgoing is None:
        return Renamed(0, 0)
    live = set(State) - {State.CANCELLED}
    cases = [
        case
        for case in registry.desk.cases(unit=handover.unit, states=live)
        if case.registration.person == handover.outgoing
    ]
    changes = {"person": handover.incoming, **({"phone": phone} if phone else {})}
    done: dict[int, CaseView | Refusal] = {}
    for action in (Action.EDIT, Action.AMEND):
        numbers = [case.registration.id for case in cases if _STEPS.get(case.registration.state) is action]
        why = f"{handover.outgoing} → {handover.incoming}"
        done |= registry.desk.act(numbers, Step(action, why, changes), actor)
    changed = sum(not isinstance(result, Refusal) for result in done.values())
    return Renamed(changed, len(cases) - changed)
