"""``netaudit device``: the records of devices, and what can be done with one of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.app.aim import Profiles
from netaudit.app.anonymity import pseudonyms
from netaudit.app.health import look
from netaudit.app.record import record as write_down
from netaudit.app.trial import try_out
from netaudit.cli.host_key import host_key
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.records import device
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session

__all__ = ["device"]

device.add_command(host_key)


@device.command(
    "record",
    help=_(
        "Read one device and write down what it said: NAME is a registered device, or an address within the scope with"
        " --snmp-profile. The folder can be read again anywhere with netaudit import-recording, or sent to us when a"
        " device is read wrong."
    ),
)
@click.argument("name", metavar="NAME|IP")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help=_("A new or empty folder."),
)
@click.option(
    "--whole-device",
    is_flag=True,
    help=_("Also walk what netaudit cannot decode yet. Slow; texts of unknown objects are blanked."),
)
@click.option(
    "--anonymise",
    is_flag=True,
    help=_(
        "Replace addresses, cards, serial numbers and names, always by the same ones for the same key; subnets and"
        " makers of cards stay. What netaudit does not decode is left out."
    ),
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Key of the replacements (default: one of your own, made when first needed)."),
)
@click.option("--snmp-profile", metavar="PROFILE", help=_("Profile to ask an unregistered address with."))
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", help=_("Form of the result."))
@click.pass_obj
def record(
    session: Session,
    *,
    name: str,
    out: Path,
    whole_device: bool,
    anonymise: bool,
    key_file: Path | None,
    snmp_profile: str | None,
    form: str,
) -> None:
    """Write a recording."""
    told = write_down(
        session.registry,
        session.settings,
        name,
        out,
        profiles=Profiles(snmp=snmp_profile),
        whole_device=whole_device,
        by=pseudonyms(key_file) if anonymise or key_file else None,
    )
    emit(session, told, form)


@device.command(
    help=_(
        "Look at the condition of registered devices: telnet open, an answer to the community public, the clock, a full"
        " or nearly full MAC table, LLDP switched off, older software than another of the same model runs here, and"
        " what logins by SSH showed: old algorithms, another host key. What SNMP does not tell is asked by SSH, where a"
        " device has a profile. Nothing is changed; the setting health.public_community forbids the question for"
        " public."
    ),
    epilog=_("Exit code: 0 every device answered, 3 one did not, 4 none did."),
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def health(session: Session, *, names: tuple[str, ...], form: str) -> int:
    """Look, store, and show what was found."""
    report, code = look(session.registry, session.settings, names)
    emit(session, report, form)
    return code


@device.command(
    help=_(
        "Try devices out: what answers, which tables they have, and how well endpoints behind them will be seen. NAME"
        " is a registered device; an address within the scope needs --snmp-profile or --ssh-profile, for none is"
        " guessed. Nothing is stored but the host key of a registered device."
    ),
    epilog=_("Exit code: 0 everything was read to its end, 3 something was not, 4 nothing answered."),
)
@click.argument("names", metavar="[NAME|IP]...", nargs=-1)
@click.option("--snmp-profile", metavar="PROFILE", help=_("Profile to ask an unregistered address with."))
@click.option("--ssh-profile", metavar="PROFILE", help=_("Profile to log in to an unregistered address with."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def test(
    session: Session, *, names: tuple[str, ...], snmp_profile: str | None, ssh_profile: str | None, form: str
) -> int:
    """Read, and show what came."""
    profiles = Profiles(snmp=snmp_profile, ssh=ssh_profile)
    report, code = try_out(session.registry, session.settings, names, profiles)
    emit(session, report, form)
    return code
