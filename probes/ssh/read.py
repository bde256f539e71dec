"""One device, one session: logged in to, asked what its platform's file says, and left as it was."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import paramiko

from inventory.model.systemerrors import system_words
from inventory.model.text import Text, text
from inventory.model.transcript import Ending, Output, Transcript
from probes.platforms import catalogue
from probes.platforms.cli import Command
from probes.ssh.connection import Connection, HostKeyRefusedError, KeyFileError, authenticate
from probes.ssh.conversation import Conversation, SessionOverError
from probes.ssh.fuse import BlownError, Fuse

if TYPE_CHECKING:
    import threading

    from probes.contract import SshLimits, SshTarget
    from probes.platforms.cli import Cli, Question
    from probes.platforms.profile import Profile

_ANSWERED_BY_ERROR: Final = 10
"""Lines at the beginning of an output among which an error message is looked for."""


def read(
    target: SshTarget,
    limits: SshLimits,
    stop: threading.Event,
    fuse: Fuse | None = None,
    profile: Profile | None = None,
    *,
    looking: bool = False,
) -> Transcript:
    """Read a device; whatever it does or fails to do is in the transcript.

    A session that lost step is ended and tried once more: its outputs are not believed.

    Args:
        target: the device; its platform decides what is asked, else the platform its SSH server names.
        limits: how patient.
        stop: set, the session ends at once.
        fuse: of the credential, shared by all devices read with it.
        profile: asks by the rules of this platform, whatever the target says.
        looking: asks about the device's condition instead of its tables.
    """
    fuse = fuse or Fuse()
    transcript = _Reading(target, limits, stop, fuse, profile, looking).run()
    if _lost_step(transcript) and not stop.is_set():
        return _Reading(target, limits, stop, fuse, profile, looking).run()
    return transcript


def _lost_step(transcript: Transcript) -> bool:
    return any(output.ending is Ending.OUT_OF_SYNC for output in transcript.outputs)


class _NoPlatformError(Exception):
    """Nobody knows what to ask this device."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass
class _Reading:
    target: SshTarget
    limits: SshLimits
    stop: threading.Event
    fuse: Fuse
    given: Profile | None
    looking: bool

    def __post_init__(self) -> None:
        self.started = _now()
        self.until = time.monotonic() + self.limits.device_budget_s
        self.profile: Profile | None = None
        self.prompt = ""
        self.outputs: list[Output] = []

    def run(self) -> Transcript:
        """Connect, ask, leave."""
        connection = Connection(self.target, self.limits, self._log_in)
        try:
            ending, reason = self._converse(connection)
            handshake, key = connection.handshake, connection.host_key
        finally:
            connection.close()
        return Transcript(
            self.target.name,
            self.profile.name if self.profile else "",
            self.started,
            _now(),
            ending,
            reason,
            self.prompt,
            tuple(self.outputs),
            key,
            handshake,
        )

    def _converse(self, connection: Connection) -> tuple[Ending, Text | None]:
        try:
            return self._ask_all(connection)
        except SessionOverError as error:
            return error.ending, error.reason
        except HostKeyRefusedError as error:
            return self._refused_key(error)
        except (BlownError, _NoPlatformError, paramiko.SSHException, EOFError, OSError) as error:
            return self._failure(connection, error)

    def _refused_key(self, error: HostKeyRefusedError) -> tuple[Ending, Text]:
        known = ", ".join(sorted(key.fingerprint for key in self.target.pinned))
        if known:
            return Ending.HOST_KEY_CHANGED, text("known is {known}, shown was {shown}", known=known, shown=str(error))
        return Ending.HOST_KEY_UNKNOWN, text("shown was {shown}", shown=str(error))

    def _failure(self, connection: Connection, error: Exception) -> tuple[Ending, Text]:
        reason = getattr(error, "reason", None)
        said = reason if isinstance(reason, Text) else system_words(error)
        kinds: tuple[tuple[type[Exception], Ending, Text], ...] = (
            (
                BlownError,
                Ending.CREDENTIAL_BLOCKED,
                text("profile {profile!r} was rejected too often", profile=self.target.credential.profile),
            ),
            (_NoPlatformError, Ending.NO_PLATFORM, said),
            (paramiko.ssh_exception.IncompatiblePeer, Ending.SSH_ALGORITHM, self._algorithms(said)),
            (paramiko.AuthenticationException, Ending.AUTH_FAILED, said),
        )
        for kind, ending, reason in kinds:
            if isinstance(error, kind):
                return ending, reason
        if isinstance(error, OSError):
            return Ending.UNREACHABLE, said
        return (Ending.NO_SSH if connection.handshake is None else Ending.CONNECTION_LOST), said

    def _ask_all(self, connection: Connection) -> tuple[Ending, Text | None]:
        channel = connection.open()
        profile = self.profile
        if profile is None or profile.cli is None:
            raise _NoPlatformError(text("no commands are known"))
        cli = profile.cli
        conversation = Conversation(channel, cli, self.limits, self.stop, self.until)
        self.prompt = conversation.log_in()
        for line in cli.session:
            self._keep(conversation.ask(Command(line)))
        for question in cli.condition if self.looking else cli.questions:
            self._put(conversation, cli, question)
        conversation.log_out()
        return Ending.DONE, None

    def _put(self, conversation: Conversation, cli: Cli, question: Question) -> None:
        """Ask by the first command the device knows; a question behind a gate only where that is open."""
        if question.gate is not None:
            told = conversation.ask(Command(question.gate.text))
            self._keep(told)
            if not question.gate.opens.search(told.raw.decode("utf-8", "replace")):
                return
        for command in question.commands:
            output = conversation.ask(command)
            self._keep(output)
            beginning = b"\n".join(output.raw.split(b"\n")[:_ANSWERED_BY_ERROR]).decode("utf-8", "replace")
            if not cli.rejections.search(beginning.replace("\r", "")):
                return

    def _keep(self, output: Output) -> None:
        """Keep an output; one that did not end well ends the session.

        Raises:
            SessionOverError: then.
        """
        self.outputs.append(output)
        if output.ending is not Ending.DONE:
            if output.ending is Ending.OUT_OF_SYNC and len(self.outputs) > 1:
                self.outputs[-2] = replace(self.outputs[-2], ending=Ending.OUT_OF_SYNC, reason=output.reason)
            raise SessionOverError(output.ending, output.reason)

    def _log_in(self, transport: paramiko.Transport) -> None:
        """Authenticate, once it is known what to ask: a password that buys nothing is not sent."""
        self.profile = self.given or catalogue.by_remote_version(self.target.platform, transport.remote_version)
        if self.profile.cli is None:
            shown = transport.remote_version[:100]
            raise _NoPlatformError(
                text("platform {platform!r} has no commands ({shown})", platform=self.profile.name, shown=shown)
            )
        if self.looking and not self.profile.cli.condition:
            raise _NoPlatformError(
                text("platform {platform!r} has no command that tells its condition", platform=self.profile.name)
            )
        with self.fuse.login():
            try:
                authenticate(transport, self.target.credential)
            except (paramiko.BadAuthenticationType, KeyFileError):
                raise  # nothing was tried
            except paramiko.AuthenticationException:
                self.fuse.rejected()
                raise
            self.fuse.accepted()

    def _algorithms(self, said: Text) -> Text:
        if self.target.credential.legacy:
            return said
        return text("offers only old algorithms, and its profile does not say legacy = true: {reason}", reason=said)


def _now() -> datetime:
    return datetime.now(UTC)
