"""The command line's frame: global options, lazily loaded commands, and how every error ends."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from netaudit.i18n import activate, language_from_arguments

activate(language_from_arguments(sys.argv[1:], os.environ))  # before click and any help text is read

import click  # noqa: E402 -- its messages are translated from the first one on

from netaudit import __version__  # noqa: E402 -- after activate()
from netaudit.cli import failures, streams  # noqa: E402 -- after activate()
from netaudit.cli.session import Session  # noqa: E402 -- after activate()
from netaudit.i18n import LANGUAGES, _  # noqa: E402 -- after activate()

if TYPE_CHECKING:
    from collections.abc import Sequence

# Command → "module:attribute". A module is imported when its command is called or its help is asked for.
COMMANDS: Final = {
    "init": "netaudit.cli.init:init",
    "import": "netaudit.cli.import_:import_",
    "template": "netaudit.cli.template:template",
    "unit": "netaudit.cli.dossier:unit",
    "point": "netaudit.cli.records:point",
    "prefix": "netaudit.cli.records:prefix",
    "device": "netaudit.cli.device:device",
    "contact": "netaudit.cli.dossier:contact",
    "exclusion": "netaudit.cli.records:exclusion",
    "statement": "netaudit.cli.records:statement",
    "registration": "netaudit.cli.registration:registration",
    "ip": "netaudit.cli.ip:ip",
    "dispute": "netaudit.cli.dispute:dispute",
    "sweep": "netaudit.cli.sweep:sweep",
    "collect": "netaudit.cli.collect:collect",
    "import-recording": "netaudit.cli.import_recording:import_recording",
    "reparse": "netaudit.cli.reparse:reparse",
    "locate": "netaudit.cli.locate:locate",
    "endpoint": "netaudit.cli.endpoint:endpoint",
    "topology": "netaudit.cli.topology:topology",
    "report": "netaudit.cli.report:report",
    "account": "netaudit.cli.account:account",
    "audit-log": "netaudit.cli.account:audit_log",
    "serve": "netaudit.cli.serve:serve",
    "recompute": "netaudit.cli.recompute:recompute",
    "prune": "netaudit.cli.prune:prune",
}


OWN_PROCESS: Final = object()
"""The command line was started as a program: its privileges are its own to give up."""


def short_helps() -> dict[str, str]:
    """Return one line per command, without importing the commands."""
    return {
        "init": _("Create or migrate the database."),
        "import": _("Read units, points, prefixes, devices, contacts and registrations from sheets."),
        "template": _("Write the empty, documented import sheets."),
        "unit": _("List, show, add, edit or remove units."),
        "point": _("List, show, add, edit or remove points."),
        "prefix": _("List, show, add, edit or remove prefixes."),
        "device": _("List, show, add, edit or remove network devices; record what one says."),
        "contact": _("List, show, add, edit or remove contacts."),
        "exclusion": _("List, show, add, edit or remove addresses nothing is sent to."),
        "statement": _("List, show, add, edit or remove what you state about ports: it outranks the tables."),
        "registration": _("File, review, amend and cancel registrations."),
        "ip": _("Suggest free addresses; ask for one, approve, return or withdraw requests."),
        "dispute": _("What units say about endpoints they do not file: list, add, accept, reject."),
        "sweep": _("Scan, read the switches, locate and compare with the registrations."),
        "collect": _("Read the devices' tables only."),
        "import-recording": _("Bring in what was recorded at a place this computer cannot reach."),
        "reparse": _("Read again what devices printed, without asking them."),
        "locate": _("Say where an address is, who filed it, and by what evidence."),
        "endpoint": _("List the endpoints that were seen, or tell the history of one."),
        "topology": _("Show or draw what hangs on what."),
        "report": _("Show or write a report."),
        "account": _("Who may use the portal: list, add, invite, change, disable."),
        "audit-log": _("What was done, by whom, and whether the log is whole."),
        "serve": _("Run the portal and the HTTP API."),
        "recompute": _("Compute places and history again from the stored facts."),
        "prune": _("Say, or delete, what the settings no longer keep."),
    }


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the commands in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Import and return one command."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _separator, attribute = target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """List the commands from their short helps: nothing is imported."""
        with formatter.section(_("Commands")):
            formatter.write_dl(list(short_helps().items()))


@click.group(
    cls=LazyGroup,
    help=_(
        "Find every endpoint on the network: where it is plugged in, who answers for it, and who has not filed it yet."
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=_("A first sweep needs no configuration: sudo netaudit sweep 192.0.2.0/24"),
)
@click.option(
    "--database", metavar="URL", envvar="NETAUDIT_DATABASE", help=_("Database URL (default: an SQLite file).")
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="NETAUDIT_CONFIG",
    help=_("Settings file (TOML)."),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=_("Language (default: from the locale)."))
@click.option("--quiet", "-q", is_flag=True, help=_("No progress and no remarks, only results and errors."))
@click.option("--verbose", "-v", is_flag=True, help=_("Log to the terminal as well."))
@click.version_option(__version__, prog_name="netaudit")
@click.pass_context
def cli(
    ctx: click.Context,
    database: str | None,
    config: Path | None,
    lang: str | None,  # read before click started, see the top of this file
    *,
    quiet: bool,
    verbose: bool,
) -> None:
    """Hold the global options for the command."""
    del lang
    if ctx.obj is OWN_PROCESS and os.geteuid() == 0:
        from netaudit.app.privilege import settle  # noqa: PLC0415 -- only root pays for it

        settle(named=database is not None or config is not None)
    ctx.obj = ctx.with_resource(Session(database=database, config=config, quiet=quiet, verbose=verbose))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, 1, 2, 3 or 4 as documented."""
    if arguments is not None:
        activate(language_from_arguments(arguments, os.environ))
    streams.prepare()
    try:
        whose = OWN_PROCESS if arguments is None else None
        result: Any = cli.main(args=arguments, prog_name="netaudit", standalone_mode=False, obj=whose)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # click and rich make an exit of a broken pipe; nobody else exits here
        # The reader of our output went away: not an error of ours.
        streams.drop_output()
        return 0
    except (Exception, click.Abort, KeyboardInterrupt) as error:  # noqa: BLE001 -- whatever happens, people get a sentence and no traceback
        return failures.explain(error)
    return result if isinstance(result, int) else 0
