"""Sweeps for programs: a listing, newest first, and one as the report tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.records import SweepOutcome
from netaudit.app.feeds import Part, paged
from netaudit.app.report import Question
from netaudit.app.report import sweeps as report
from reports import data

if TYPE_CHECKING:
    from inventory.model.records import SweepView
    from inventory.registry.engine import Registry
    from netaudit.app.feeds import Cut
    from netaudit.settings import Settings
    from reports.data import Json, Object


def sweeps(registry: Registry, cut: Cut) -> Part:
    """Sweeps, newest first."""
    found, more = paged(registry.sweeps(), lambda view: (-view.id,), cut, "sweeps", (int,))
    return Part([_item(view) for view in found], more)


def sweep(registry: Registry, settings: Settings, number: int) -> Json:
    """One sweep as ``docs/schema/sweep.schema.json`` describes it.

    Raises:
        UsageError: there is none of this number.
    """
    return report(registry, settings, Question(sweep=number)).data


def _item(view: SweepView) -> Object:
    stopped = view.outcome is SweepOutcome.INTERRUPTED
    outcome = SweepOutcome.PARTIAL if stopped else view.outcome
    return {
        "sweep": view.id,
        "started_at": data.at(view.started_at),
        "finished_at": data.at(view.finished_at),
        "outcome": None if outcome is None else outcome.value,
        "interrupted": stopped,
        **{key: _count(view, key) for key in ("targets", "probed", "alive")},
    }


def _count(view: SweepView, key: str) -> int | None:
    found = view.summary.get(key)
    return found if isinstance(found, int) else None
