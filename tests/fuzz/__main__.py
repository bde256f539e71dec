"""``make fuzz``: a hundred thousand messages of each kind, from a seed that is printed.

``python -m tests.fuzz [COUNT [SEED [WORD]]]`` does less, repeats, or does only what has this word in its name.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from probes.ssh.parser import Parser
from tests.fuzz import broken, oracle, sessions

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 2**32
ONLY = sys.argv[3] if len(sys.argv) > 3 else ""


def _outputs() -> object:
    with Parser() as parser:
        return sessions.broken_outputs(SEED, COUNT, parser)


WORK: dict[str, Callable[[], object]] = {
    "written and read as pysnmp does, messages": lambda: oracle.compare(SEED, COUNT // 2),
    "broken v2c replies": lambda: broken.community_messages(SEED, COUNT),
    "broken v3 replies": lambda: broken.user_messages(SEED, COUNT),
    "answers of devices that lie": lambda: broken.lying_devices(SEED, COUNT),
    "octets kept after as many broken replies": lambda: broken.growth(SEED, COUNT // 10),
    "broken outputs of command lines": _outputs,
    "conversations with devices that answer wrongly": lambda: dict(sessions.torn_sessions(SEED, COUNT // 50)),
    "memory kept after broken outputs": lambda: sessions.growth(SEED, COUNT // 10),
}


def _cpu_s() -> float:
    """Return the processor time of this process and of those that ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main() -> None:
    """Do everything and say what it took."""
    sys.stdout.write(f"seed {SEED}\n")
    for name, work in WORK.items():
        if ONLY not in name:
            continue
        begun = _cpu_s()
        result = work()
        sys.stdout.write(f"{name}: {result}, {_cpu_s() - begun:.0f} s of CPU\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
