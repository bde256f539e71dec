"""The shelves: what there is to choose from. Adding one is one file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netaudit.app import report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inventory.registry.engine import Registry
    from netaudit.app.answer import Report
    from netaudit.app.report import Question
    from netaudit.settings import Settings

REPORTS: Final[Mapping[str, Callable[[Registry, Settings, Question], Report]]] = {
    "unregistered": report.unregistered_endpoints,
    "registration-rate": report.rates,
    "coverage": report.coverage,
    "devices": report.devices,
    "sweep": report.sweeps,
}
