"""What a sweep that has just ended says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netaudit.app.answer import Report
from probes.oui import vendor
from reports.kinds import sweep_summary, unregistered

if TYPE_CHECKING:
    from netaudit.app.sweep import SweepResult


def sweep_report(result: SweepResult) -> Report:
    """How did this sweep go?"""
    return Report(sweep_summary.document(result.summary), sweep_summary.json_document(result.summary))


def found_unregistered(result: SweepResult) -> Report:
    """Which endpoints of this sweep has nobody filed?"""
    known = result.reconciliation
    return Report(unregistered.document(known, vendor), unregistered.json_document(known, vendor))
