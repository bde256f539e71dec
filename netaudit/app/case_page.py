"""One registration as a page shows it, and the steps its buttons take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.filing.cells import write
from inventory.filing.lifecycle import FIXED, Refusal
from inventory.filing.schema import REGISTRATIONS
from inventory.model.batch import RecordKind
from netaudit.app.records import Refused, judged, records_around
from netaudit.app.registration import amended, history, required
from netaudit.app.unit_page import CaseLine, case_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.filing.lifecycle import Step
    from inventory.model.attachments import AttachmentView
    from inventory.model.cases import Actor, CaseView
    from inventory.model.observation import Finding
    from inventory.registry.engine import Registry
    from netaudit.app.known import Snapshot
    from netaudit.settings import FilingSettings, Settings
    from reports.kinds.cases import HistoryLine


@dataclass(frozen=True, slots=True)
class Detail:
    """One registration with everything a page shows about it."""

    line: CaseLine
    history: tuple[HistoryLine, ...]
    seen: Finding | None
    proposed: Mapping[str, str]
    attachments: tuple[AttachmentView, ...]


def detail(registry: Registry, settings: Settings, known: Snapshot, number: int, actor: Actor) -> Detail | None:
    """Return one registration with its history and what was seen of its card; None: there is none."""
    case = registry.desk.case(number)
    if case is None:
        return None
    view = case.registration
    seen = known.by_card.get((view.plane, view.mac))
    proposed = {} if case.proposal is None else case.proposal.changes
    scans = registry.desk.attachments.listed(registration=number)
    return Detail(case_line(case, settings, actor), history(registry, number), seen, proposed, scans)


def changes_in(case: CaseView, form: Mapping[str, str]) -> dict[str, str]:
    """Return the columns a form changes: those it has that differ from what is filed or proposed."""
    proposed = {} if case.proposal is None else case.proposal.changes
    stored = {key: write(getattr(case.registration, key)) for key in REGISTRATIONS.by_key}
    return {
        key: value.strip()
        for key, value in form.items()
        if key in stored and key not in FIXED and value.strip() != proposed.get(key, stored[key])
    }


def step(registry: Registry, settings: FilingSettings, number: int, asked: Step, actor: Actor) -> CaseView | Refusal:
    """Take one step with one registration, named by its id; new values are checked as an import checks them."""
    case = registry.desk.case(number)
    if case is not None and asked.changes:
        try:
            cells = amended(case, asked.changes)
            judged(RecordKind.REGISTRATION, cells, records_around(registry, [cells]))
        except Refused as error:
            problem = error.problems[0]
            return Refusal(problem.reason, column=problem.column)
    return registry.desk.act([number], asked, actor, required=required(settings))[number]
