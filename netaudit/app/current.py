"""What is known now: the endpoints recent sweeps saw, compared with what is filed at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from inventory.model.errors import UsageError
from inventory.model.text import text
from inventory.reconcile.result import reconcile
from inventory.reconcile.standing import standing
from netaudit.app.garbage import unsearched
from netaudit.app.resolve import consider, observed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.factset import FactSet
    from inventory.model.observation import Observation, Reconciliation
    from inventory.model.records import SweepView
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings

_STEP: Final = timedelta(hours=1)
"""How far a clock may have been set back between two sweeps that both count."""


def current(registry: Registry, settings: Settings, *, sweep: int | None = None) -> Reconciliation:
    """Compare what was seen with what is filed.

    Args:
        registry: where both are.
        settings: how many days back an endpoint counts as observed.
        sweep: only what this sweep saw; None takes, for each endpoint, the newest sweep of the window.

    Raises:
        UsageError: there is no such sweep.
    """
    return compare(registry, considered(registry, window(registry, settings, sweep)), whole=sweep is None)


def considered(registry: Registry, sweeps: Sequence[SweepView]) -> Sequence[SweepView]:
    """Return the sweeps, those unfinished resolved: they were killed, or run; what they stored counts, too."""
    for unfinished in (view for view in sweeps if view.finished_at is None):
        consider(registry, unfinished.id)
    return sweeps


@dataclass(frozen=True, slots=True)
class Sight:
    """What some sweeps saw, before it is held against what is filed."""

    observations: tuple[Observation, ...]
    facts: FactSet
    """At least blocks, coverage and the devices' own addresses."""
    as_of: datetime
    sweep: int | None


def compare(
    registry: Registry,
    sweeps: Sequence[SweepView],
    *,
    whole: bool = False,
    concluded: Sequence[Observation] | None = None,
) -> Reconciliation:
    """Compare what these resolved sweeps saw with what is filed now; as a ``whole``, with what still holds of it.

    ``concluded`` is what they saw, where the caller has it.
    """
    with unsearched():
        seen = sight(registry, sweeps, whole=whole, concluded=concluded)
        return reconcile(registry.filed(), seen.observations, seen.facts, as_of=seen.as_of, sweep=seen.sweep)


def sight(
    registry: Registry,
    sweeps: Sequence[SweepView],
    *,
    whole: bool = False,
    concluded: Sequence[Observation] | None = None,
) -> Sight:
    """Return what these resolved sweeps saw; as a ``whole``, with what still holds of what earlier ones knew."""
    ids = [view.id for view in sweeps]
    last = newest(sweeps)
    observations = _seen(registry, ids) if concluded is None else tuple(concluded)
    if whole and sweeps:
        observations = standing(observations, registry.archive.going(), beginning(sweeps))
    return Sight(tuple(observations), registry.coverage_facts(ids), as_of(sweeps), last.id if last else None)


def _seen(registry: Registry, ids: Sequence[int]) -> tuple[Observation, ...]:
    """Return the newest observation of each endpoint; what an older sweep saw follows from its facts once more."""
    if len(ids) == 1 and not registry.archive.is_newest(ids[0]):
        if registry.archive.is_pruned(ids[0]):
            raise UsageError(
                text("The facts of sweep {number} were deleted by policy.", number=ids[0]),
                text("What it came to is in the history: netaudit locate X --at TIME"),
            )
        return observed(registry, ids[0], registry.facts(ids[0]))
    return registry.newest_observations(ids)


def window(registry: Registry, settings: Settings, sweep: int | None) -> list[SweepView]:
    """Return the sweeps that count: the one named, or those of the last days before the newest.

    Raises:
        UsageError: there is no such sweep.
    """
    sweeps = registry.sweep_times()
    if sweep is not None:
        found = [view for view in sweeps if view.id == sweep]
        if not found:
            raise UsageError(text("There is no sweep {number}.", number=sweep), text("See: netaudit report sweep"))
        return found
    if not sweeps:
        return []
    last = newest(sweeps)
    end = last.started_at if last else datetime.now(UTC)
    since = end - timedelta(days=settings.report.window_days)
    # A sweep of the future ran while the clock was wrong: its times would outlast every later sweep's. What came from
    # elsewhere was held against this computer's clock when it came.
    return [view for view in sweeps if since <= view.started_at and (view.recorded or view.started_at <= end + _STEP)]


def beginning(sweeps: Sequence[SweepView]) -> datetime:
    """Return when the first of these sweeps started."""
    return min(view.started_at for view in sweeps)


def as_of(sweeps: Sequence[SweepView]) -> datetime:
    """Return the moment that what these sweeps saw speaks of."""
    last = newest(sweeps)
    brought = [view.finished_at for view in sweeps if view.recorded and view.finished_at is not None]
    return max((_end(last), *brought)) if last else datetime.now(UTC)


def newest(sweeps: Sequence[SweepView]) -> SweepView | None:
    """Return the last sweep of our own; where there is none, the youngest collection that was recorded elsewhere."""
    own = [view for view in sweeps if not view.recorded]
    if own:
        return max(own, key=lambda view: view.id)
    return max(sweeps, key=lambda view: (view.started_at, view.id), default=None)


def _end(view: SweepView) -> datetime:
    return view.finished_at or view.started_at
