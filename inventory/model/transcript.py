"""What a device printed when it was asked, kept as it came: parsed afterwards, and again when parsing learns more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.model.text import Text, text

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.hostkeys import HostKey


class Ending(StrEnum):
    """How a session, or one command of it, ended. The texts are stable: they stand in coverage and in stored output."""

    DONE = "done"
    """The prompt came back."""
    NOT_ASKED = "not_asked"
    """The session had ended before."""
    STOPPED = "stopped"
    """We were told to stop."""
    NO_PLATFORM = "no_platform"
    """Nobody knows which commands this device understands: it was not logged in to."""
    UNREACHABLE = "unreachable"
    NO_SSH = "no_ssh"
    """Something answers, but not with SSH."""
    SSH_ALGORITHM = "ssh_algorithm"
    """No algorithm that both sides accept."""
    HOST_KEY_UNKNOWN = "host_key_unknown"
    HOST_KEY_CHANGED = "host_key_changed"
    AUTH_FAILED = "auth_failed"
    CREDENTIAL_BLOCKED = "credential_blocked"
    """Too many devices rejected this credential: not tried any more."""
    LOGIN_DIALOG = "login_dialog"
    """The device asks something that we do not answer."""
    NO_PROMPT = "no_prompt"
    COMMAND_TIMEOUT = "command_timeout"
    TOO_LONG = "too_long"
    """More output than any table has."""
    OUT_OF_SYNC = "out_of_sync"
    """The output is not, or not only, the answer to this command."""
    CONNECTION_LOST = "connection_lost"


_CALLED: Final[dict[Ending, Text]] = {
    Ending.DONE: text("done"),
    Ending.NOT_ASKED: text("not_asked"),
    Ending.STOPPED: text("stopped"),
    Ending.NO_PLATFORM: text("no_platform"),
    Ending.UNREACHABLE: text("unreachable"),
    Ending.NO_SSH: text("no_ssh"),
    Ending.SSH_ALGORITHM: text("ssh_algorithm"),
    Ending.HOST_KEY_UNKNOWN: text("host_key_unknown"),
    Ending.HOST_KEY_CHANGED: text("host_key_changed"),
    Ending.AUTH_FAILED: text("auth_failed"),
    Ending.CREDENTIAL_BLOCKED: text("credential_blocked"),
    Ending.LOGIN_DIALOG: text("login_dialog"),
    Ending.NO_PROMPT: text("no_prompt"),
    Ending.COMMAND_TIMEOUT: text("command_timeout"),
    Ending.TOO_LONG: text("too_long"),
    Ending.OUT_OF_SYNC: text("out_of_sync"),
    Ending.CONNECTION_LOST: text("connection_lost"),
}


def ending_words(ending: Ending, reason: Text | None) -> Text:
    """Return how something ended and why, as it stands in coverage: the stable word first."""
    if reason is None:
        return _CALLED[ending]
    return text("{ending}: {reason}", ending=_CALLED[ending], reason=reason)


@dataclass(frozen=True, slots=True)
class Handshake:
    """What both sides agreed on before the login."""

    remote_version: str
    """The identification string: ``SSH-2.0-…``."""
    kex: str = ""
    host_key: str = ""
    cipher: str = ""
    mac: str = ""
    old: tuple[str, ...] = ()
    """Those of them that are no longer safe."""


@dataclass(frozen=True, slots=True)
class Output:
    """One command and every octet that came back, echo, pager and prompt included."""

    command: str
    raw: bytes
    ending: Ending
    started_at: datetime
    finished_at: datetime
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """One session with one device."""

    device: str
    platform: str
    """By whose commands it was read; empty where none was known."""
    started_at: datetime
    finished_at: datetime
    ending: Ending
    """How the session went: DONE when every command was asked, whatever came back."""
    reason: Text | None = None
    prompt: str = ""
    outputs: tuple[Output, ...] = ()
    host_key: HostKey | None = None
    """What the device showed, believed or not."""
    handshake: Handshake | None = None
