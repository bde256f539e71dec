"""A sweep's closing numbers, as they are stored with it and shown again later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from inventory.model.records import SweepOutcome
from inventory.model.sweep import Skipped, SweepSummary
from inventory.model.text import Text

if TYPE_CHECKING:
    from inventory.model.observation import Reconciliation
    from inventory.model.records import SweepView


def stored_summary(summary: SweepSummary, known: Reconciliation) -> dict[str, object]:
    """Return what cannot be computed again from facts: what was asked, what was left out, and what was filed then."""
    return {
        "units": {unit.code: [unit.observed, unit.registered_observed, unit.grade.value] for unit in known.units},
        "prefixes": [summary.coverage.prefixes, summary.coverage.prefixes_total],
        "devices": [summary.coverage.devices_complete, summary.coverage.devices],
        "targets": summary.targets,
        "probed": summary.probed,
        "alive": summary.alive,
        "skipped": [[entry.what, entry.why.plain()] for entry in summary.skipped],
    }


def summary_of(view: SweepView, known: Reconciliation) -> SweepSummary:
    """Join a stored sweep with what is known by it now; a killed sweep shows what it stored so far."""
    stored = cast("dict[str, Any]", view.summary)
    return SweepSummary(
        sweep=view.id,
        started_at=view.started_at,
        finished_at=view.finished_at,
        outcome=view.outcome or SweepOutcome.INTERRUPTED,
        targets=stored.get("targets", 0),
        probed=stored.get("probed", known.coverage.addresses_probed),
        alive=stored.get("alive", 0),
        endpoints=sum(unit.observed for unit in known.units),
        unregistered=sum(unit.unregistered for unit in known.units),
        coverage=known.coverage,
        skipped=tuple(Skipped(what, Text.of_plain(why)) for what, why in stored.get("skipped", [])),
    )
