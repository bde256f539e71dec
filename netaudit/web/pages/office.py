"""The network office: every unit's numbers, the review queue, disputes, accounts' log."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from inventory.filing.lifecycle import Refusal, Step
from inventory.model.cases import Action
from inventory.model.disputes import DisputeState
from inventory.model.records import UnitType
from inventory.model.text import text
from netaudit.app import case_page as cases
from netaudit.app import office_pages as app
from netaudit.app import sweep_pages, unit_page
from netaudit.app.moved import moved
from netaudit.web.access import Office, Reviewer
from netaudit.web.charts import rates_by_kind, trend_line
from netaudit.web.rendering import page
from netaudit.web.state import state_of
from reports import log_words

router = APIRouter()
_NO_KIND: Final = text("without a kind")
_ENTRIES: Final = 100
_ROWS: Final = 100
"""Registrations on one page of the queue."""


@router.get("/office")
def overview(request: Request, visitor: Office) -> Response:
    """Show every unit by what is left to do."""
    state = state_of(request)
    shown = app.overview(state.registry, state.settings, state.known.get())
    ranking = unit_page.ranking(shown.known.units)
    kinds = rates_by_kind(shown.known, tuple(UnitType), _NO_KIND)
    trend = trend_line(sweep_pages.trend(state.registry))
    return page(request, "office.html", visitor, shown=shown, ranking=ranking, kinds=kinds, trend=trend)


@router.get("/office/review")
def review(
    request: Request, visitor: Office, unit: str = "", start: Annotated[int, Query(ge=0, le=2**53)] = 0
) -> Response:
    """Show what waits for a review, of one unit or all, filed beside observed."""
    return _queue(request, visitor, {}, unit=unit, start=start)


def _queue(
    request: Request, visitor: Office, refused: dict[int, Refusal], done: int = 0, *, unit: str = "", start: int = 0
) -> Response:
    state = state_of(request)
    every = app.queue(state.registry, state.settings, state.known.get(), visitor.actor)
    units = sorted({row.line.case.registration.unit for row in every})
    chosen = [row for row in every if unit in {"", row.line.case.registration.unit}]
    start = start if start < len(chosen) else 0
    return page(
        request,
        "review.html",
        visitor,
        rows=chosen[start : start + _ROWS],
        total=len(chosen),
        start=start,
        size=_ROWS,
        refused=refused,
        done=done,
        units=units,
        unit=unit,
    )


@router.post("/office/review")
def decide(
    request: Request,
    visitor: Reviewer,
    action: Annotated[Action, Form()],
    chosen: Annotated[list[int] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=500)] = "",
    unit: Annotated[str, Form()] = "",
) -> Response:
    """Approve or return what was chosen; what cannot be done says why."""
    state = state_of(request)
    if action not in {Action.APPROVE, Action.RETURN} or not chosen:
        return RedirectResponse("/office/review", 303)
    results = {
        number: cases.step(state.registry, state.settings.filing, number, Step(action, reason), visitor.actor)
        for number in chosen
    }
    refused = {number: result for number, result in results.items() if isinstance(result, Refusal)}
    return _queue(request, visitor, refused, done=len(results) - len(refused), unit=unit)


@router.get("/office/disputes")
def disputes(request: Request, visitor: Office) -> Response:
    """Show what units object to."""
    state = state_of(request)
    found = state.registry.desk.disputes()[::-1]
    return page(request, "disputes.html", visitor, disputes=found, moved=moved(state.registry, found))


@router.post("/office/disputes/{number}")
def decide_dispute(
    request: Request,
    visitor: Reviewer,
    number: int,
    decision: Annotated[DisputeState, Form()],
    answer: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Accept or reject one."""
    if decision is not DisputeState.OPEN:
        state_of(request).registry.desk.decide_dispute(number, decision, visitor.actor, answer.strip() or None)
    return RedirectResponse("/office/disputes", 303)


@router.get("/office/log")
def log(
    request: Request,
    visitor: Office,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    *,
    whole: bool = False,
) -> Response:
    """Show what was done, and whether the entries shown follow each other; the whole chain is checked when asked."""
    gate = state_of(request).registry.gate
    entries = gate.log(newest=_ENTRIES, before=before)
    broken = gate.broken_log() if whole else gate.broken_links(entries)
    older = entries[-1].id if len(entries) == _ENTRIES else None
    return page(request, "log.html", visitor, entries=entries, words=log_words, broken=broken, whole=whole, older=older)
