"""Sweeps: the list, one of them with live progress; an administrator starts and stops them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from inventory.model.errors import NetauditError
from inventory.model.records import Purpose
from netaudit.app import sweep_pages as app
from netaudit.app.plan import request_of
from netaudit.app.scope import ScopeRequest
from netaudit.web.access import Admin, Office
from netaudit.web.charts import trend_line
from netaudit.web.rendering import language_of, page
from netaudit.web.state import state_of

router = APIRouter()
Sweep = Annotated[int, Path(ge=1, le=2**53)]
Before = Annotated[int | None, Query(ge=1, le=2**53)]


@router.get("/office/sweeps")
def sweeps(request: Request, visitor: Office, before: Before = None) -> Response:
    """Show every sweep, newest first, and the trend."""
    state = state_of(request)
    lines = app.sweep_lines(state.registry, before)
    older = lines[-1].view.id if len(lines) == app.PAGE else None
    return page(
        request,
        "sweeps.html",
        visitor,
        lines=lines,
        older=older,
        trend=trend_line(app.trend(state.registry)) if before is None else None,
        busy=state.launcher.busy,
        starting=state.launcher.starting,
        failure=state.launcher.failure,
    )


@router.get("/office/sweeps/new")
def plan(request: Request, visitor: Admin, unit: str = "", *, forecast: bool = False) -> Response:
    """Show what may be swept; with ``forecast`` what would be sent, to whom and how long it takes."""
    state = state_of(request)
    problem: NetauditError | None = None
    told = None
    if forecast:
        from netaudit.app.forecast import foretell  # noqa: PLC0415 -- only this page needs the packet engine

        try:
            told = foretell(
                state.registry, state.settings, request_of(state.settings, ScopeRequest(unit=unit or None))
            ).document
        except NetauditError as error:
            problem = error
    filed = state.known.get().filed
    prefixes = [one for one in filed.prefixes if one.purpose is not Purpose.RETIRED and unit in {"", one.unit}]
    return page(
        request,
        "plan.html",
        visitor,
        forecast=told,
        problem=problem,
        units=filed.units,
        unit=unit,
        prefixes=prefixes,
        settings=state.settings.sweep,
        busy=state.launcher.busy,
        interrupted=state.registry.last_unfinished_sweep(),
    )


@router.post("/office/sweeps")
def start(
    request: Request,
    visitor: Admin,
    what: Annotated[Literal["every", "unit", "last"], Form()],
    unit: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Start one of every unit or of one, or go on with the last; which is said, never assumed."""
    if what == "unit" and not unit:
        raise HTTPException(422)
    state_of(request).launcher.start(
        visitor.actor, unit=unit if what == "unit" else None, resume=what == "last", language=language_of(request)
    )
    return RedirectResponse("/office/sweeps", 303)


@router.get("/office/sweeps/{sweep}")
def one(request: Request, visitor: Office, sweep: Sweep) -> Response:
    """Show one."""
    return _shown(request, visitor, sweep, "sweep.html")


@router.get("/office/sweeps/{sweep}/progress")
def progress(request: Request, visitor: Office, sweep: Sweep) -> Response:
    """Show how far one is: a part of its page, asked for again and again while it runs."""
    return _shown(request, visitor, sweep, "progress.html")


def _shown(request: Request, visitor: Office, sweep: int, template: str) -> Response:
    line = app.sweep_line(state_of(request).registry, sweep)
    if line is None:
        raise HTTPException(404)
    return page(request, template, visitor, line=line)


@router.post("/office/sweeps/{sweep}/stop")
def stop(request: Request, visitor: Admin, sweep: Sweep) -> Response:
    """Ask a running sweep to stop; what it knows is kept, and it can be gone on with."""
    state = state_of(request)
    line = app.sweep_line(state.registry, sweep)
    if line is None:
        raise HTTPException(404)
    if line.progress is not None:
        state.registry.archive.runs.ask_to_stop(sweep, visitor.actor.name, datetime.now(UTC))
    return RedirectResponse(f"/office/sweeps/{sweep}", 303)
