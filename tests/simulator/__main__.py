"""Print how the location engine does: ``python -m tests.simulator [SWITCHES STATIONS SEEDS]``."""

from __future__ import annotations

import sys
from collections import Counter
from time import perf_counter

from tests.simulator.network import Shape
from tests.simulator.score import OUTCOMES, run
from tests.simulator.tables import CONDITIONS


def main(arguments: list[str]) -> None:
    """Run every condition over the seeds and print percentages of the stations that any table knows."""
    switches, stations, seeds = (int(word) for word in arguments) if arguments else (30, 600, 5)
    shape = Shape(switches, stations)
    lines = ["".join([f"{'condition':28}", *(f"{name:>17}" for name in OUTCOMES), f"{'seconds':>9}"])]
    for condition in CONDITIONS:
        started = perf_counter()
        counts: Counter[str] = Counter()
        for seed in range(seeds):
            counts += run(shape, condition, seed)
        known = counts.total()
        shares = [f"{100 * counts[name] / known:16.2f}%" for name in OUTCOMES]
        lines.append("".join([f"{condition.name:28}", *shares, f"{perf_counter() - started:9.1f}"]))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
