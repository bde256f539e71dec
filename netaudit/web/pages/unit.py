"""What a unit's contact does: see the unit at a glance, file what was seen, send and fetch the sheet, object."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from inventory.filing.lifecycle import Refusal
from inventory.model.disputes import DisputeKind
from inventory.model.text import text
from netaudit.app import accounts, records, sweep_pages, unit_page, unit_sheets
from netaudit.i18n import translator
from netaudit.web.access import Person, Writer
from netaudit.web.charts import trend_line
from netaudit.web.forms import Fields, number_in
from netaudit.web.rendering import language_of, page
from netaudit.web.state import state_of

router = APIRouter()
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LARGEST_SHEET: Final = 10_000_000
_MOST_ROWS: Final = 100
"""Rows filed with one form; more are filed by the sheet."""


@router.get("/unit/{unit}")
def overview(request: Request, visitor: Person, unit: str, done: int = 0) -> Response:
    """Show the unit at a glance."""
    state = state_of(request)
    shown = unit_page.unit_page(state.registry, state.settings, state.known.get(), unit, visitor.actor)
    trend = trend_line(sweep_pages.trend(state.registry, unit))
    return page(request, "unit.html", visitor, shown=shown, done=done, trend=trend)


@router.get("/unit/{unit}/claim")
def claim_form(request: Request, visitor: Writer, unit: str, key: str = "") -> Response:
    """Show the form for what was seen and is not filed: one endpoint, or all of them."""
    state = state_of(request)
    shown = unit_page.unit_page(state.registry, state.settings, state.known.get(), unit, visitor.actor)
    twins = shown.twins if key else ()
    rows = [row for row in (*shown.seen, *twins) if key in {"", row.key}][:_MOST_ROWS]
    if key and not rows:
        return RedirectResponse(f"/unit/{unit}", 303)
    columns = unit_page.asked_columns(state.settings)
    return page(request, "claim.html", visitor, shown=shown, rows=rows, columns=columns, written={}, problems={})


@router.post("/unit/{unit}/claim")
def claim(request: Request, visitor: Writer, unit: str, form: Fields) -> Response:
    """File the rows that were filled in; show the others again with what is to be corrected."""
    state = state_of(request)
    columns = unit_page.asked_columns(state.settings)
    keys = [column.key for column, _needed in columns]
    numbers = range(min(number_in(form, "rows") or 0, _MOST_ROWS))
    written = {number: row for number in numbers if (row := _row_of(form, number, keys))}
    results = unit_page.claim(state.registry, state.settings, unit, list(written.values()), visitor.actor)
    told = zip(written, results, strict=True)
    problems = {number: result for number, result in told if isinstance(result, Refusal)}
    if not problems:
        return RedirectResponse(f"/unit/{unit}?done={len(results)}", 303)
    shown = unit_page.unit_page(state.registry, state.settings, state.known.get(), unit, visitor.actor)
    rows = list(shown.seen)[:_MOST_ROWS]
    places = {row.key: str(number) for number, row in enumerate(rows)}
    # A row is found again by what it names: the rows that were filed are gone from the list.
    stand = {old: places[key] for old in problems if (key := form.get(f"key.{old}", "")) in places}
    again = {f"{key}.{new}": form.get(f"{key}.{old}", "") for old, new in stand.items() for key in keys}
    values = {
        "shown": shown,
        "rows": rows,
        "columns": columns,
        "written": again,
        "problems": {new: problems[old] for old, new in stand.items()},
    }
    return page(request, "claim.html", visitor, status=400, **values)


def _row_of(form: Mapping[str, str], number: int, keys: Iterable[str]) -> dict[str, str]:
    """Return what a form says of one endpoint; nothing where no field of its own is filled in."""
    cells = {key: form.get(f"{key}.{number}", "") for key in keys}
    if not any(value.strip() for value in cells.values()):
        return {}
    shared = {key: value or form.get(f"{key}.all", "") for key, value in cells.items()}
    address = {name: form.get(f"{name}.{number}", "") for name in ("plane", "ip", "mac", "point")}
    return {**shared, **{name: value for name, value in address.items() if value}}


@router.get("/unit/{unit}/new")
def new_form(
    request: Request,
    visitor: Writer,
    unit: str,
    ip: Annotated[str, Query(max_length=45)] = "",
    mac: Annotated[str, Query(max_length=17)] = "",
) -> Response:
    """Show the form for an endpoint that was not seen here, with what is known of it."""
    state = state_of(request)
    view = records.unit_of(state.registry, unit)
    columns = unit_page.asked_columns(state.settings)
    return page(request, "new.html", visitor, unit=view, columns=columns, written={"ip": ip, "mac": mac}, problem=None)


@router.post("/unit/{unit}/new")
def new(request: Request, visitor: Writer, unit: str, form: Fields) -> Response:
    """File an endpoint that was not seen."""
    state = state_of(request)
    columns = unit_page.asked_columns(state.settings)
    keys = {"ip", "mac", *(column.key for column, _needed in columns)}
    written = {key: form[key] for key in keys if form.get(key)}
    [outcome] = unit_page.claim(state.registry, state.settings, unit, [written], visitor.actor)
    if isinstance(outcome, Refusal):
        view = records.unit_of(state.registry, unit)
        values = {"unit": view, "columns": columns, "written": form, "problem": outcome}
        return page(request, "new.html", visitor, status=400, **values)
    return RedirectResponse(f"/unit/{unit}?done=1", 303)


@router.post("/unit/{unit}/dispute")
def dispute(
    request: Request,
    visitor: Writer,
    unit: str,
    key: Annotated[str, Form(max_length=200)],
    kind: Annotated[DisputeKind, Form()],
    note: Annotated[str, Form(max_length=500)] = "",
    target: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Note that an endpoint is not this unit's to file."""
    registry = state_of(request).registry
    done = unit_page.dispute(registry, unit, key, kind, note.strip(), visitor.actor, target=target.strip())
    if isinstance(done, Refusal):
        return page(
            request, "problem.html", visitor, title=text("This could not be done"), message=done.reason, status=400
        )
    return RedirectResponse(f"/unit/{unit}#seen", 303)


@router.get("/unit/{unit}/sheet")
def sheet(request: Request, visitor: Writer, unit: str) -> Response:
    """Hand out the prefilled sheet; it holds phone numbers in full, so the office's look is logged."""
    state = state_of(request)
    if visitor.is_office:
        accounts.note_reveal(state.registry, visitor.actor, f"unit {unit}")
    gettext = translator(language_of(request))
    [(_name, content)] = unit_sheets.export(
        state.registry, state.settings, gettext, unit=unit, known=state.known.get().compared
    )
    return Response(
        content, media_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{_ascii(unit)}.xlsx"'}
    )


def _ascii(name: str) -> str:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in name)


@router.post("/unit/{unit}/sheet")
def take_sheet(request: Request, visitor: Writer, unit: str, file: Annotated[UploadFile, File()]) -> Response:
    """Take the sheet back and say what became of each row."""
    state = state_of(request)
    content = file.file.read(_LARGEST_SHEET + 1)
    if len(content) > _LARGEST_SHEET:
        return page(request, "problem.html", visitor, title=text("The file is too large"), message=None, status=413)
    suffix = Path(file.filename or "").suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{suffix if suffix in {'.xlsx', '.xls', '.csv'} else '.xlsx'}"
        path.write_bytes(content)
        [returned] = unit_sheets.take_back(state.registry, state.settings, [path], actor=visitor.actor, unit=unit)
    view = records.unit_of(state.registry, unit)
    return page(request, "returned.html", visitor, unit=view, returned=returned, outcomes=unit_sheets.OUTCOMES)


@router.get("/this-computer")
def this_computer(request: Request, visitor: Writer) -> Response:
    """Find the computer this page is opened on among what was seen, and lead to its form."""
    state = state_of(request)
    found = unit_page.computer_of(state.known.get(), visitor.address)
    if found is None:
        units = sorted(visitor.session.account.units)
        return page(request, "computer.html", visitor, address=visitor.address, units=units, finding=None)
    unit, seen, finding = found
    if not visitor.actor.answers_for(unit):
        return page(request, "computer.html", visitor, address=visitor.address, units=[], finding=None)
    if finding.registration is None:
        return RedirectResponse(f"/unit/{unit}/claim?key={seen.key}", 303)
    return page(request, "computer.html", visitor, address=visitor.address, units=[unit], finding=finding)
