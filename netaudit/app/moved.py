"""What became of an endpoint that went to another unit, as the office agreed: whose filing it is, whose task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.disputes import DisputeKind, DisputeState
from inventory.model.records import RegistrationState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.disputes import DisputeView
    from inventory.model.records import RegistrationView
    from inventory.registry.engine import Registry


@dataclass(frozen=True, slots=True)
class Moved:
    """One such endpoint."""

    dispute: DisputeView
    filing: RegistrationView | None
    """Who has it filed; None: nobody."""

    @property
    def is_done(self) -> bool:
        """Whether the unit it went to has filed it."""
        return self.filing is not None and self.filing.unit == self.dispute.target

    @property
    def is_filed_elsewhere(self) -> bool:
        """Whether another unit's filing has to be corrected or cancelled first."""
        return self.filing is not None and not self.is_done


def moved(registry: Registry, disputes: Iterable[DisputeView]) -> dict[int, Moved]:
    """Return the agreed moves among these objections, by their number."""
    agreed = [one for one in disputes if one.kind is DisputeKind.MOVED and one.state is DisputeState.ACCEPTED]
    if not agreed:
        return {}
    cards = {one.mac for one in agreed if one.mac is not None}
    addresses = {one.ip for one in agreed if one.mac is None and one.ip is not None}
    live = [view for view in registry.desk.sharing(cards, addresses) if view.state is not RegistrationState.CANCELLED]
    return {one.id: Moved(one, next((view for view in live if _is_of(one, view)), None)) for one in agreed}


def arrived(registry: Registry, unit: str) -> tuple[Moved, ...]:
    """Return what went to a unit and it has not filed yet."""
    told = registry.desk.disputes(state=DisputeState.ACCEPTED)
    here = moved(registry, (one for one in told if one.target == unit)).values()
    newest = {(one.dispute.plane, one.dispute.mac or one.dispute.ip): one for one in here if not one.is_done}
    return tuple(newest.values())


def _is_of(said: DisputeView, view: RegistrationView) -> bool:
    return view.plane == said.plane and (view.mac == said.mac if said.mac is not None else view.ip == said.ip)
