"""Keeping the registry in order: what recomputing changed, and what is deleted by policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inventory.model.errors import UsageError
from inventory.model.text import text
from netaudit.app.answer import Report
from netaudit.app.lock import only_sweep
from netaudit.app.registration import local_admin
from reports.kinds import upkeep

if TYPE_CHECKING:
    from inventory.registry.archive import Rebuilt
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings
    from reports.data import Object


def recomputed(found: Rebuilt, *, dry_run: bool) -> Report:
    """Say what recomputing came to."""
    numbers = {
        "sweeps": found.sweeps,
        "observations": found.observations,
        "observations_changed": found.observations_changed,
        "intervals": found.intervals,
        "intervals_changed": found.intervals_changed,
    }
    return Report(upkeep.recomputed(numbers, dry_run=dry_run), {"version": 1, "stored": not dry_run, **numbers})


def prune(registry: Registry, settings: Settings, *, delete: bool) -> Report:
    """Say what the policy deletes, and with ``delete`` do it.

    Raises:
        UsageError: there is no policy, or a sweep is running.
    """
    policy = settings.retention
    if policy.facts_days is None and policy.history_days is None:
        raise UsageError(
            text("The settings name no time after which anything is deleted."),
            text("Set facts_days or history_days in [retention]; until then everything is kept."),
        )
    now = datetime.now(UTC)
    facts = None if policy.facts_days is None else now - timedelta(days=policy.facts_days)
    history = None if policy.history_days is None else now - timedelta(days=policy.history_days)
    if delete:
        with only_sweep(registry, settings.database_url):
            found = registry.archive.prune(facts, history, local_admin().name, now)
    else:
        found = registry.archive.prunable(facts, history)
    limits = {"facts": facts, "history": history}
    numbers = {"sweeps": len(found.sweeps), "rows": found.rows, "intervals": found.intervals}
    data: Object = {
        "version": 1,
        "deleted": delete,
        "facts_before": upkeep.at(facts),
        "history_before": upkeep.at(history),
        "sweeps": [*found.sweeps],
        "rows": found.rows,
        "intervals": found.intervals,
    }
    return Report(upkeep.pruned(numbers, limits, deleted=delete), data)
