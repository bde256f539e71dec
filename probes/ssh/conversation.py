"""Question and answer in lock step: nothing is typed before the last prompt was seen.

A command's output counts only when it begins with the echo of that command, ends with the very prompt that stood there
before, alone on its line, and nothing more comes. Libraries that guess when an output is over returned the output of
the command before on slow lines; this reader ends with an error instead.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from inventory.model.systemerrors import system_words
from inventory.model.text import Text, remarks, text
from inventory.model.transcript import Ending, Output
from probes.parsers.terminal import echoes, first_line, last_line

if TYPE_CHECKING:
    import threading

    from probes.contract import SshLimits
    from probes.platforms.cli import Cli, Command

_LOOK_UP_S: Final = 0.25
"""How often a waiting reader looks whether it should stop."""
_CHUNK: Final = 1 << 16
_ASKING: Final = re.compile(r"(?:\[?[yY](?:es)?\s*/\s*[nN]o?\]?|[?？:：])\s*$")
"""The end of a line that waits for an answer and is no prompt."""
_SAVING: Final = re.compile(
    r"save|write|overwrite|commit|reboot|reload|reset|restart|erase|delete|format|startup|保存|重启|覆盖|删除|写入",
    re.IGNORECASE,
)
"""Words of questions that are never answered, whatever a platform's file says."""
_ASKING_LAST_S: Final = 2.0
"""A question that stands so long is one."""
_HANG_UP_S: Final = 1.0
_QUOTED: Final = 100


class Channel(Protocol):
    """The part of a shell channel that is used."""

    def send(self, data: bytes, /) -> int: ...  # noqa: D102 -- as a socket's
    def recv(self, size: int, /) -> bytes: ...  # noqa: D102 -- as a socket's
    def settimeout(self, seconds: float, /) -> None: ...  # noqa: D102 -- as a socket's
    def recv_ready(self) -> bool: ...  # noqa: D102 -- as paramiko's


class SessionOverError(Exception):
    """The session cannot go on; ``ending`` says why."""

    def __init__(self, ending: Ending, reason: Text | None) -> None:
        super().__init__(str(reason))
        self.ending = ending
        self.reason = reason


@dataclass
class _Clock:
    """When something must be over."""

    until: float
    ending: Ending
    what: Text


class Conversation:
    """One login shell that is asked one command after the other."""

    def __init__(self, channel: Channel, cli: Cli, limits: SshLimits, stop: threading.Event, until: float) -> None:
        self._channel = channel
        self._cli = cli
        self._limits = limits
        self._stop = stop
        self._until = until
        self._heard = bytearray()
        self._answered = 0
        """Where the last answer was given: what stands before is no longer a question."""
        self.prompt = ""

    def log_in(self) -> str:
        """Wait for the first prompt, answer what a platform's file knows, and return the prompt."""
        clock = self._clock(self._limits.login_timeout_s, Ending.NO_PROMPT, text("no prompt came"))
        while True:
            quiet = self._hear(clock, self._limits.quiet_s)
            tail = last_line(self._heard, self._answered)
            if not quiet:
                self._refuse_endless()
            elif self._cli.prompt.fullmatch(tail):
                self.prompt = tail
                return tail
            elif not self._answer_dialog(tail):
                self._wait_for_more(tail, clock)

    def ask(self, command: Command) -> Output:
        """Type a command and return everything until the prompt. Only STOPPED and failures of ours raise."""
        started = _now()
        try:
            self._check_silence()
            self._heard.clear()
            self._answered = 0
            self._send(command.text + self._cli.enter)
            self._listen(command)
        except SessionOverError as error:
            return Output(command.text, bytes(self._heard), error.ending, started, _now(), error.reason)
        return Output(command.text, bytes(self._heard), Ending.DONE, started, _now())

    def log_out(self) -> None:
        """Say goodbye where a prompt stands, and give the device a moment to hang up; it is answered nothing more."""
        with suppress(SessionOverError):
            self._send(self._cli.logout + self._cli.enter)
            clock = self._clock(_HANG_UP_S, Ending.COMMAND_TIMEOUT, text("did not hang up"))
            while True:
                self._hear(clock, None)

    def _listen(self, command: Command) -> None:
        clock = self._clock(command.timeout_s, Ending.COMMAND_TIMEOUT, text("the prompt did not come back"))
        echoed = False
        self._hear(clock, None)
        while True:
            self._refuse_endless()
            echoed = echoed or self._has_echo(command.text)
            if not echoed:
                self._hear(clock, None)
                continue
            tail = last_line(self._heard, self._answered)
            if tail == self.prompt:
                if self._hear(clock, self._limits.settle_s):
                    return
                continue
            if any(pager.prompt.fullmatch(tail) for pager in self._cli.pagers):
                self._turn_page(tail)
            elif _ASKING.search(tail) and _SAVING.search(tail):
                if self._hear(clock, _ASKING_LAST_S):
                    raise SessionOverError(
                        Ending.LOGIN_DIALOG, text("asks {question}, which is never answered", question=_quoted(tail))
                    )
                continue
            self._hear(clock, None)

    def _has_echo(self, typed: str) -> bool:
        """Whether the first line is complete and is what was typed.

        Raises:
            SessionOverError: it is something else.
        """
        first = first_line(self._heard)
        if first is None:
            return False
        if not echoes(first, self.prompt, typed):
            came = text("{came} came instead of the echo of {typed!r}", came=_quoted(first), typed=typed)
            raise SessionOverError(Ending.OUT_OF_SYNC, came)
        return True

    def _check_silence(self) -> None:
        if self._channel.recv_ready():
            raise SessionOverError(Ending.OUT_OF_SYNC, text("more came after the prompt of the command before"))

    def _turn_page(self, tail: str) -> None:
        pager = next(pager for pager in self._cli.pagers if pager.prompt.fullmatch(tail))
        self._answered = len(self._heard)
        self._send(pager.key)

    def _answer_dialog(self, tail: str) -> bool:
        """Answer the question at the end, where a platform's file has the answer.

        Raises:
            SessionOverError: it is about saving, or anything else that could change the device.
        """
        if _ASKING.search(tail) and _SAVING.search(tail):
            raise SessionOverError(
                Ending.LOGIN_DIALOG, text("asks {question}, which is never answered", question=_quoted(tail))
            )
        for dialog in self._cli.dialogs:
            if dialog.question.search(tail):
                self._answered = len(self._heard)
                self._send(dialog.answer + self._cli.enter)
                return True
        for pager in self._cli.pagers:
            if pager.prompt.fullmatch(tail):
                self._turn_page(tail)
                return True
        return False

    def _wait_for_more(self, tail: str, clock: _Clock) -> None:
        """Wait on: a banner may stop in the middle.

        Raises:
            SessionOverError: nothing more comes, or a question stands that nobody knows.
        """
        waiting = _ASKING_LAST_S if _ASKING.search(tail) else None
        if waiting is not None and self._hear(clock, waiting):
            raise SessionOverError(
                Ending.LOGIN_DIALOG, text("asks {question}, which netaudit does not know", question=_quoted(tail))
            )
        if waiting is None:
            self._hear(clock, None)

    def _hear(self, clock: _Clock, quiet_s: float | None) -> bool:
        """Take in one chunk; True when it stayed silent for ``quiet_s`` instead.

        Raises:
            SessionOverError: time is up, the connection ended, or we were told to stop.
        """
        silent_until = None if quiet_s is None else time.monotonic() + quiet_s
        while True:
            now = time.monotonic()
            if silent_until is not None and now >= silent_until:
                return True
            self._check_time(clock, now)
            ends = min(end for end in (silent_until, clock.until, now + _LOOK_UP_S) if end is not None)
            self._channel.settimeout(max(0.001, ends - now))
            try:
                chunk = self._channel.recv(_CHUNK)
            except TimeoutError:
                continue
            except OSError as error:
                raise SessionOverError(Ending.CONNECTION_LOST, system_words(error)) from None
            if not chunk:
                raise SessionOverError(Ending.CONNECTION_LOST, text("the device closed the connection"))
            self._heard += chunk
            return False

    def _check_time(self, clock: _Clock, now: float) -> None:
        if self._stop.is_set():
            raise SessionOverError(Ending.STOPPED, text("told to stop"))
        if now >= clock.until:
            tail = last_line(self._heard)
            last = text("the last was {line}", line=_quoted(tail)) if tail else None
            raise SessionOverError(clock.ending, remarks(clock.what, last))

    def _refuse_endless(self) -> None:
        if len(self._heard) > self._limits.max_octets:
            raise SessionOverError(Ending.TOO_LONG, text("more than {most} octets", most=self._limits.max_octets))

    def _clock(self, seconds: float, ending: Ending, what: Text) -> _Clock:
        now = time.monotonic()
        if now + seconds <= self._until:
            return _Clock(now + seconds, ending, text("{what} within {seconds} s", what=what, seconds=f"{seconds:g}"))
        return _Clock(self._until, ending, text("{what} within the time one device may take", what=what))

    def _send(self, typed: str) -> None:
        """Type something: the one place that does, and only what the platform's file holds.

        Raises:
            PermissionError: it is not in the platform's file: a bug.
            SessionOverError: the connection ended.
        """
        if typed not in self._cli.sendable:
            message = f"not in the platform's file: {typed!r}"
            raise PermissionError(message)
        data = typed.encode("ascii")
        self._channel.settimeout(self._limits.login_timeout_s)
        try:
            while data:
                data = data[self._channel.send(data) :]
        except OSError as error:
            raise SessionOverError(Ending.CONNECTION_LOST, system_words(error)) from None


def _quoted(line: str) -> str:
    shown = line.strip()
    return repr(shown if len(shown) <= _QUOTED else f"…{shown[-_QUOTED:]}")


def _now() -> datetime:
    return datetime.now(UTC)
