"""What switches print, broken on purpose: reading it ends soon, never by a crash, and never with a table made up."""

from __future__ import annotations

import gc
import random
import select
import socket
import threading
import time
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness
from inventory.model.transcript import Ending
from probes.contract import SshLimits
from probes.ssh.conversation import Conversation, SessionOverError
from probes.ssh.parser import Parser
from probes.ssh.reading import reading
from tests.fuzz.broken import Tally
from tests.unit.ssh.stories import load, names

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.model.transcript import Output, Transcript
    from tests.unit.ssh.stories import Story

_AT_ONCE: Final = 16
_SESSION_S: Final = 1.0
_BROKEN: Final = 0.2
"""The share of answers that are."""
_HASTY: Final = SshLimits(login_timeout_s=0.5, device_budget_s=_SESSION_S, quiet_s=0.02, settle_s=0.01)
_NASTY: Final = (
    b"% Invalid input detected at '^' marker.\r\n",
    b"Error: Unrecognized command found at '^' position.\r\n",
    b"  ---- More ----\x1b[42D                                          \x1b[42D",
    b"\x1b[24;1H\x1b[2K",
    b"\x1bE",
    b"\r\n%Nov 23 05:00:00:000 2026 SW LLDP/6/LLDP_CREATE_NEIGHBOR: new neighbour\r\n",
    b"\xc4\xe3\xba\xc3",
    b"\x00\x08\x08\x08",
    b"\r\n" + b"-" * 60 + b"x\r\n",
    b"-" * 3000,
    b" " * 3000,
)


def damages(dice: random.Random) -> tuple[Callable[[bytes], bytes], ...]:
    """Return ways to break an output: cut, filled, torn, doubled, shuffled."""

    def at(raw: bytes) -> int:
        return dice.randrange(len(raw) + 1)

    return (
        lambda raw: raw[: at(raw)],
        lambda raw: raw[: (cut := at(raw))] + dice.randbytes(8) + raw[cut:],
        lambda raw: raw[: (cut := at(raw))] + raw[cut + dice.randrange(200) :],
        lambda raw: raw[: (cut := at(raw))] + dice.choice(_NASTY) + raw[cut:],
        lambda raw: raw[: (cut := at(raw))] + b"\x1b[" + str(dice.randrange(10**6)).encode() + b"CD" + raw[cut:],
        lambda raw: raw[: (cut := at(raw))] + raw[at(raw) :] * 2 + raw[cut:],
        lambda raw: b"\n".join(dice.sample(lines := raw.split(b"\n"), len(lines))),
        lambda raw: raw.replace(b" ", b"\t" if dice.random() < 0.5 else b"", dice.randrange(1, 9)),
        lambda raw: bytes(octet if dice.random() > 0.01 else dice.randrange(256) for octet in raw),
    )


def _outputs() -> list[tuple[Transcript, Output]]:
    """Return every output of every written session, each with the session it is of."""
    found = []
    for name in names():
        transcript = load(name).transcript()
        found += [(replace(transcript, outputs=()), output) for output in transcript.outputs]
    return found


def broken_outputs(seed: int, count: int, parser: Parser) -> Tally:
    """Read broken outputs to their end, parsing included; ``accepted`` are those that still gave a whole table."""
    dice = random.Random(seed)  # noqa: S311 -- test data, repeatable
    ways, outputs, tally = damages(dice), _outputs(), Tally()
    for number in range(count):
        transcript, output = outputs[number % len(outputs)]
        raw = output.raw
        for _ in range(dice.randrange(1, 4)):
            raw = dice.choice(ways)(raw)
        broken = replace(transcript, outputs=(replace(output, raw=raw),))
        got = reading(broken, "public", parser)
        assert len(got.coverage) == 6, (seed, number)
        if any(entry.completeness is Completeness.COMPLETE for entry in got.coverage):
            tally.accepted += 1
        else:
            tally.refused += 1
    return tally


def torn_sessions(seed: int, count: int) -> Counter[str]:
    """Hold conversations with devices that answer wrongly, half or not at all; return how they ended."""
    stories = [load(name) for name in names(whole=True)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = [pool.submit(_torn, stories[number % len(stories)], seed + number) for number in range(count)]
        return Counter(one.result() for one in told)


def _torn(story: Story, seed: int) -> str:
    """Return how one conversation ended."""
    ours, theirs = socket.socketpair()
    device = threading.Thread(target=_device, args=(theirs, story, seed), daemon=True)
    device.start()
    line = _Line(ours)
    until = time.monotonic() + _SESSION_S
    conversation = Conversation(line, story.cli, _HASTY, threading.Event(), until)
    try:
        conversation.log_in()
        for question in story.cli.questions:
            output = conversation.ask(question.commands[0])
            if output.ending is not Ending.DONE:
                return output.ending
        conversation.log_out()
    except SessionOverError as error:
        return error.ending
    finally:
        ours.close()
        device.join()
    return Ending.DONE


def _device(line: socket.socket, story: Story, seed: int) -> None:
    """Print a prompt, and for every line typed what the story has, sometimes broken; hang up in the end."""
    dice = random.Random(seed)  # noqa: S311 -- test data, repeatable
    ways = damages(dice)

    def say(raw: bytes) -> None:
        line.sendall(dice.choice(ways)(raw) if dice.random() < _BROKEN else raw)

    with line, suppress(OSError):
        line.settimeout(2 * _SESSION_S)
        say(story.prompt.encode())
        typed = b""
        while chunk := line.recv(4096):
            typed += chunk
            if typed[-1:] not in {b"\r", b"\n"}:
                continue
            command, typed = typed.decode("utf-8", "replace").strip(), b""
            say(story.raw(command) if command in story.outputs else f"{command}\r\n{story.prompt}".encode())


class _Line:
    """A connected socket with what a shell channel of paramiko has beside."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self.send, self.recv, self.settimeout = peer.send, peer.recv, peer.settimeout

    def recv_ready(self) -> bool:
        return bool(select.select([self._peer], [], [], 0)[0])


def growth(seed: int, count: int) -> str:
    """Say by how much we and the parsing process grew while ``count`` outputs were read, after as many before."""
    octets, kilobytes = grown(seed, count)
    return f"{octets} octets here, {kilobytes} kB in the parsing process"


def grown(seed: int, count: int) -> tuple[int, int]:
    """Return the growth in octets here, and in kilobytes in the parsing process."""
    with Parser() as parser:
        broken_outputs(seed, count, parser)
        tracemalloc.start()
        try:
            broken_outputs(seed + 1, count, parser)
            gc.collect()
            before, child = tracemalloc.get_traced_memory()[0], _parsing_kb()
            broken_outputs(seed + 2, count, parser)
            gc.collect()
            after = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        return after - before, _parsing_kb() - child


def _parsing_kb() -> int:
    """Return the resident memory of our parsing process."""
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            folder = Path("/proc") / child
            if b"probes.parsers.child" in (folder / "cmdline").read_bytes():
                status = (folder / "status").read_text(encoding="ascii")
                return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))
    message = "there is no parsing process"
    raise LookupError(message)
