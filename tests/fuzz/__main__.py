"""``make fuzz``: a hundred thousand messages of each kind, from a seed that is printed."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from tests.fuzz import broken, oracle

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 2**32

WORK: dict[str, Callable[[], object]] = {
    "written and read as pysnmp does, messages": lambda: oracle.compare(SEED, COUNT // 2),
    "broken v2c replies": lambda: broken.community_messages(SEED, COUNT),
    "broken v3 replies": lambda: broken.user_messages(SEED, COUNT),
    "answers of devices that lie": lambda: broken.lying_devices(SEED, COUNT),
    "octets kept after as many broken replies": lambda: broken.growth(SEED, COUNT // 10),
}


def main() -> None:
    """Do everything and say what it took."""
    sys.stdout.write(f"seed {SEED}\n")
    for name, work in WORK.items():
        begun = time.process_time()
        result = work()
        sys.stdout.write(f"{name}: {result}, {time.process_time() - begun:.0f} s of CPU\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
