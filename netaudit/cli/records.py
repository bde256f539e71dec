"""``netaudit unit``, ``point``, ``prefix`` …: one group per kind, its options made of the table's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netaudit.app import records
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.streams import say
from netaudit.i18n import _, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.model.batch import RecordChange
    from netaudit.cli.session import Session

REFUSED = 2


def option_of(column: records.Column, *, required: bool = False) -> Callable[[Any], Any]:
    """Return the option of a column; its value is read as a sheet's cell is."""
    words = "|".join(choice.word for choice in column.choices)
    example = "" if words else " " + _("Example: {example}").format(example=column.example)
    return click.option(
        f"--{column.key.replace('_', '-')}",
        column.key,
        required=required,
        metavar=f"[{words}]" if words else column.kind.value.upper(),
        help=show(column.explanation) + example,
    )


def _keyed(table: records.Table, command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the record's key: required parts as arguments, others as options."""
    for key in reversed(table.keys):
        column = table.by_key[key]
        command = click.argument(key, metavar=key.upper())(command) if column.required else option_of(column)(command)
    return command


def _given(values: dict[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value is not None}


def _report(change: RecordChange | None) -> None:
    if change is None:
        say(_("Nothing changed."))
    elif change.added:
        say(_("Added: {key}").format(key=change.key))
    else:
        fields = ", ".join(field.field for field in change.fields)
        say(_("Changed: {key} ({fields})").format(key=change.key, fields=fields))


def _save(session: Session, name: str, values: dict[str, str | None], *, new: bool) -> int:
    try:
        change = records.save(session.registry, records.EDITABLE[name], _given(values), new=new)
    except records.Refused as error:
        for problem in error.problems:
            say(f"{problem.header or problem.column}: {show(problem.reason)}", error=True)
        say(show(error.message), error=True)
        return error.exit_code
    _report(change)
    if change is not None:
        for doubt in records.doubts(session.registry, records.EDITABLE[name], _given(values)):
            say(show(doubt), error=True)
        _remark(session, name)
    return 0


def _remark(session: Session, name: str) -> None:
    if name == "statement" and not session.quiet:
        say(_("It counts from the next sweep on; what was swept before follows with: netaudit recompute"), error=True)


def _group(name: str, about: str) -> click.Group:
    kind = records.EDITABLE[name]
    table = records.TABLES[kind]

    def list_(session: Session, form: str, unit: str | None = None) -> None:
        emit(session, records.list_(session.registry, kind, unit), form)

    def show_(session: Session, form: str, **key: str | None) -> None:
        emit(session, records.show_with_readings(session.registry, session.settings, kind, _given(key)), form)

    def add(session: Session, **values: str | None) -> int:
        return _save(session, name, values, new=True)

    def edit(session: Session, **values: str | None) -> int:
        return _save(session, name, values, new=False)

    def remove(session: Session, **key: str | None) -> None:
        say(_("Removed: {key}").format(key=records.remove(session.registry, kind, _given(key))))
        _remark(session, name)

    form = click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
    if "unit" in table.by_key:
        list_ = click.option("--unit", metavar="CODE", help=_("Only this unit."))(list_)
    for column in reversed(table.columns):
        add = option_of(column, required=column.required)(add)
        if column.key not in table.keys:
            edit = option_of(column)(edit)
    verbs: dict[str, Callable[..., Any]] = {
        "list": form(list_),
        "show": _keyed(table, form(show_)),
        "add": add,
        "edit": _keyed(table, edit),
        "remove": _keyed(table, remove),
    }
    helps = {
        "list": _("List them."),
        "show": _("Show one."),
        "add": _("Add one. It is checked like a row of an import."),
        "edit": _("Change the given columns of one; an empty value clears a column."),
        "remove": _("Remove one. What others still name is kept, and the message says who names it."),
    }
    group = click.Group(name, help=about)
    for verb, callback in verbs.items():
        group.add_command(click.command(verb, help=helps[verb])(click.pass_obj(callback)))
    return group


unit = _group("unit", _("List, show, add, edit or remove units."))
point = _group("point", _("List, show, add, edit or remove points."))
prefix = _group("prefix", _("List, show, add, edit or remove prefixes."))
device = _group("device", _("List, show, add, edit or remove network devices."))
exclusion = _group("exclusion", _("List, show, add, edit or remove addresses nothing is sent to."))
statement = _group(
    "statement", _("List, show, add, edit or remove what you state about ports: it outranks the tables.")
)
contact = _group("contact", _("List, show, add, edit or remove contacts."))
