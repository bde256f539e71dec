"""``netaudit template``: the empty import sheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.app.template import export
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.app.template import Form


@click.group(help=_("Write the empty, documented import sheets."))
def template() -> None:
    """Group the verbs."""


@template.command(
    "export",
    help=_("Write one empty sheet per table into DIR: headers in your language, lists to choose from, examples."),
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(("xlsx", "csv")), default="xlsx", help=_("Form of the sheets."))
@click.option("--force", is_flag=True, help=_("Overwrite sheets that are there."))
def export_(*, folder: Path, form: Form, force: bool) -> None:
    """Write the sheets and name them."""
    for file in export(folder, form, _, force=force):
        say(str(file))
    say(_("Fill them in, then: netaudit import {folder}").format(folder=folder), error=True)
