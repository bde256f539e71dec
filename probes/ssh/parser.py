"""The parsing process, seen from this side: given output, waited for, ended when it takes too long."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import probes
from inventory.model.text import Text, text, verbatim

if TYPE_CHECKING:
    from types import TracebackType

    from probes.parsers.templates import Row

_ROOT: Final = Path(probes.__file__).resolve().parents[1]
_START: Final = "import sys; sys.path[:] = {path!r}; from probes.parsers.child import main; main()"
_STARTING_S: Final = 30.0
"""A process that was just started reads its modules first; on a busy machine that takes long."""
_CHUNK: Final = 1 << 16


_NOT_OF_IT: Final = re.compile(r"State Error raised\. Rule Line: \d+\. Input Line: (.*?)\.?")
"""What TextFSM says where a template gives up."""


class ParseError(Exception):
    """An output could not be parsed; ``reason`` is for the coverage."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Parser:
    """One process, started when first needed and again after it had to be ended. Threads may share it."""

    def __init__(self, limit_s: float = 5.0) -> None:
        """Make a parser that gives each output so many seconds."""
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def rows(self, template: str, output: str) -> list[Row]:
        """Parse an output by a template.

        Raises:
            ParseError: the template does not know it, or it took too long.
        """
        with self._lock:
            answer = self._ask(template, output)
        if "rows" not in answer:
            raise ParseError(text("unparsable: {reason}", reason=_flaw(answer["unreadable"])))
        found: list[Row] = answer["rows"]
        return found

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, template: str, output: str) -> dict[str, Any]:
        process = self._running()
        try:
            task = memoryview(json.dumps([template, output]).encode() + b"\n")
            line = _exchange(process, task, time.monotonic() + self._limit_s)
            answer: dict[str, Any] = json.loads(line)
        except TimeoutError:
            self._end()
            limit = f"{self._limit_s:g}"
            late = text(
                "parser took too long (more than {limit} s, template {template})", limit=limit, template=template
            )
            raise ParseError(late) from None
        except (BrokenPipeError, EOFError):
            self._end()
            raise ParseError(text("parser ended (template {template})", template=template)) from None
        except BaseException:
            self._end()  # half an answer must not be taken for the next one
            raise
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            path = [str(_ROOT), *sys.path]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _START.format(path=path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                bufsize=0,
            )
            assert self._process.stdin is not None  # noqa: S101 -- it was asked for
            os.set_blocking(self._process.stdin.fileno(), False)
            _exchange(self._process, memoryview(b""), time.monotonic() + _STARTING_S)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _flaw(said: str) -> Text:
    found = _NOT_OF_IT.fullmatch(said)
    return text("a line is not of this table: {line}", line=found[1]) if found else verbatim(said)


def _exchange(process: subprocess.Popen[bytes], task: memoryview, until: float) -> bytes:
    """Send a task and return the answer's line.

    Raises:
        TimeoutError: it takes too long.
        EOFError: the process has ended.
    """
    assert process.stdin is not None  # noqa: S101 -- pipes were asked for
    assert process.stdout is not None  # noqa: S101 -- the same
    given, told = process.stdin.fileno(), process.stdout.fileno()
    answer = bytearray()
    while not answer.endswith(b"\n"):
        left = until - time.monotonic()
        readable, writable, _ = select.select([told], [given] if task else [], [], max(0.0, left))
        if writable:
            task = task[os.write(given, task[:_CHUNK]) :]
        if readable:
            chunk = os.read(told, _CHUNK)
            if not chunk:
                raise EOFError
            answer += chunk
        elif left <= 0:
            raise TimeoutError
    return bytes(answer)
