"""Print how the location engine does: ``python -m tests.simulator [SWITCHES STATIONS SEEDS]``."""

from __future__ import annotations

import sys
from collections import Counter
from time import perf_counter

from tests.simulator.conditions import CONDITIONS
from tests.simulator.score import OURS, OUTCOMES, run
from tests.simulator.shapes import Shape


def main(arguments: list[str]) -> None:
    """Run every condition over the seeds and print percentages of the stations that any table knows."""
    switches, stations, seeds = (int(word) for word in arguments) if arguments else (30, 600, 8)
    for condition in CONDITIONS:
        started = perf_counter()
        counts: dict[str, Counter[str]] = {}
        for seed in range(seeds):
            shape = Shape(switches, stations, condition.shapes[seed % len(condition.shapes)])
            for rule, found in run(shape, condition, seed).outcomes.items():
                counts.setdefault(rule, Counter()).update(found)
        known = counts[OURS].total()
        lines = [f"\n{condition.name}: {known} stations, {perf_counter() - started:.1f} s"]
        lines.append("".join([f"  {'':24}", *(f"{name:>16}" for name in OUTCOMES)]))
        for rule, found in counts.items():
            lines.append("".join([f"  {rule:24}", *(f"{100 * found[name] / known:15.2f}%" for name in OUTCOMES)]))
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
