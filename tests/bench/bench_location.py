"""Say where each endpoint is, and be right: what was asked beside what is measured, and beside the known rules.

``python -m tests.bench.bench_location [SEEDS SWITCHES STATIONS]`` prints what ``docs/performance.md`` shows.
"""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from time import perf_counter
from typing import TYPE_CHECKING, Final

from tests.simulator.conditions import CONDITIONS, Condition
from tests.simulator.score import AMBIGUOUS, BOUNDED, BOUNDED_WRONG, LAYER_3, LOST, OURS, RIGHT, WRONG, run
from tests.simulator.shapes import Shape

if TYPE_CHECKING:
    from tests.simulator.score import Result

_SEEDS, _SWITCHES, _STATIONS = 24, 28, 500
_HELD_OUT: Final = 2000
"""Seeds begin here; everything below was for looking at while the engine was written."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What was asked of a condition, as shares of the stations that any table knows."""

    wrong: float = 0.001
    lost: float = 0.005
    found: float = 0.95
    """Of duplicate MACs, where there are any."""
    false: float = 0.001
    """Of all stations, reported as duplicates without being any."""


ASKED: Final = {
    "everything visible": Limits(0.0005, 0.003),
    "2 % moved meanwhile, 0.5 % duplicate MACs": Limits(0.002),
}
"""Other conditions: the defaults."""
NOT_ASKED: Final = frozenset({"hosts with two cables, machines migrate", "all at once"})
"""Shown, and nothing was asked of them."""


@dataclass
class Measured:
    """The sums over all seeds of one condition."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    knowable: int = 0
    guessed: Counter[str] = field(default_factory=Counter)
    grounds: dict[str, Counter[str]] = field(default_factory=dict)
    duplicates: int = 0
    found: int = 0
    false: int = 0
    known: int = 0
    ended: int = 0
    jumped: int = 0
    seconds: float = 0.0

    def add(self, result: Result) -> None:
        """Take one seed in."""
        for rule, counts in result.outcomes.items():
            self.outcomes.setdefault(rule, Counter()).update(counts)
        self.knowable += result.knowable
        self.guessed.update(result.guessed)
        for ground, counts in result.grounds.items():
            self.grounds.setdefault(ground, Counter()).update(counts)
        self.duplicates += result.duplicates.true
        self.found += result.duplicates.found
        self.false += result.duplicates.false
        self.known += result.closed.known
        self.ended += result.closed.ended
        self.jumped += result.jumped

    def share(self, rule: str, *outcomes: str) -> float:
        """Return a share of all stations that any table knows."""
        counts = self.outcomes[rule]
        return sum(counts[outcome] for outcome in outcomes) / counts.total()

    def best(self) -> tuple[float, str]:
        """Return the largest exact share of the rules beside ours, and whose it is."""
        return max((self.share(rule, RIGHT), rule) for rule in self.outcomes if rule != OURS)

    def missed(self, asked: Limits) -> list[str]:
        """Name what was asked and not reached."""
        best, _ = self.best()
        checks = {
            "wrong": self.share(OURS, WRONG) <= asked.wrong,
            "lost": self.share(OURS, LOST) <= asked.lost,
            "bounded true": self.outcomes[OURS][BOUNDED_WRONG] == 0,
            "exact share": self.share(OURS, RIGHT) >= best,
            "duplicates": self.found >= asked.found * self.duplicates,
            "intervals closed": self.ended == 0,
            "false duplicates": self.false <= asked.false * self.outcomes[OURS].total(),
        }
        return [name for name, met in checks.items() if not met]


def measure(condition: Condition, seeds: int, switches: int, stations: int, pool: ProcessPoolExecutor) -> Measured:
    """Run one condition over all seeds, shapes in turn and sizes from half to one and a half times."""
    started = perf_counter()
    shapes = [
        Shape(
            switches * (2 + seed % 5) // 4,
            stations * (2 + seed % 5) // 4,
            condition.shapes[seed % len(condition.shapes)],
        )
        for seed in range(seeds)
    ]
    measured = Measured()
    for result in pool.map(partial(_one, condition), shapes, range(_HELD_OUT, _HELD_OUT + seeds)):
        measured.add(result)
    measured.seconds = perf_counter() - started
    return measured


def _one(condition: Condition, shape: Shape, seed: int) -> Result:
    return run(shape, condition, seed)


def table(measured: dict[str, Measured]) -> str:
    """Write the acceptance table and the rules beside ours."""
    lines = [
        (
            "| condition | stations | wrong | asked | lost | asked | bounded | of them true | exact | knowable |"
            " best rule | guessed by it | |"
        ),
        "|---" * 13 + "|",
    ]
    for name, found in measured.items():
        asked = ASKED.get(name, Limits())
        ours = found.outcomes[OURS]
        best = found.best()
        bounded = ours[BOUNDED] + ours[BOUNDED_WRONG]
        true = _percent(ours[BOUNDED] / bounded) if bounded else "-"
        missed = found.missed(asked)
        verdict = "not asked" if name in NOT_ASKED else "missed: " + ", ".join(missed) if missed else "met"
        cells = (
            name,
            f"{ours.total():,}",
            _percent(found.share(OURS, WRONG)),
            "≤ " + _percent(asked.wrong),
            _percent(found.share(OURS, LOST)),
            "≤ " + _percent(asked.lost),
            _percent(bounded / ours.total()),
            true,
            _percent(found.share(OURS, RIGHT)),
            _percent(found.knowable / ours.total()),
            f"{_percent(best[0])} {best[1]}",
            _percent(found.guessed[best[1]] / ours.total()),
            verdict,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(
        [
            *lines,
            "",
            *_rules(measured),
            "",
            *_grounds(measured),
            "",
            *_duplicates(measured),
            *_closed(measured),
            *_jumped(measured),
        ]
    )


def _grounds(measured: dict[str, Measured]) -> list[str]:
    """Write how honest each kind of exact answer is, over all conditions of which something was asked."""
    lines = ["| exact because | answers | right | least right in |", "|---|---|---|---|"]
    asked = {name: found.grounds for name, found in measured.items() if name not in NOT_ASKED}
    for ground in sorted({ground for grounds in asked.values() for ground in grounds}):
        counts = {name: grounds[ground] for name, grounds in asked.items() if ground in grounds}
        total = sum(counts.values(), Counter[str]())
        worst = min(counts, key=lambda name: (counts[name][RIGHT] / counts[name].total(), name))
        least = counts[worst]
        cells = (
            ground,
            f"{total.total():,}",
            _percent(total[RIGHT] / total.total()),
            f"{worst}: {least[RIGHT]} of {least.total()}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _rules(measured: dict[str, Measured]) -> list[str]:
    rules = list(next(iter(measured.values())).outcomes)
    lines = [
        "| exact / wrong / none or several | " + " | ".join(rules) + " |",
        "|---" * (len(rules) + 1) + "|",
    ]
    for name, found in measured.items():
        cells = [
            f"{_percent(found.share(rule, RIGHT))} / {_percent(found.share(rule, WRONG))} / "
            + _percent(found.share(rule, LOST, LAYER_3, AMBIGUOUS))
            for rule in rules
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _duplicates(measured: dict[str, Measured]) -> list[str]:
    return [
        f"{name}: {found.found} of {found.duplicates} duplicate MACs reported"
        f" ({_percent(found.found / found.duplicates)}, asked ≥ 95 %), {found.false} reported falsely"
        f" ({_percent(found.false / found.outcomes[OURS].total())}, asked ≤ 0.1 %)."
        for name, found in measured.items()
        if found.duplicates
    ] + [
        f"{name}: no duplicate MACs, {found.false} reported falsely"
        f" ({_percent(found.false / found.outcomes[OURS].total())}, asked ≤ 0.1 %)."
        for name, found in measured.items()
        if found.false and not found.duplicates
    ]


def _jumped(measured: dict[str, Measured]) -> list[str]:
    sweeps = {condition.name: condition.sweeps for condition in CONDITIONS}
    return [
        f"{name}: {found.jumped} times in {sweeps[name]} sweeps a station that stayed was exact at another place than"
        " before."
        for name, found in measured.items()
        if sweeps[name] > 1
    ]


def _closed(measured: dict[str, Measured]) -> list[str]:
    return [
        f"{name}: {found.ended} of {found.known} intervals on ports of the truncated switches were ended (asked 0)."
        for name, found in measured.items()
        if found.known
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def main(arguments: list[str]) -> int:
    """Run everything; the exit code says whether all that was asked is met."""
    seeds, switches, stations = (int(word) for word in arguments) if arguments else (_SEEDS, _SWITCHES, _STATIONS)
    measured: dict[str, Measured] = {}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for condition in CONDITIONS:
            measured[condition.name] = measure(condition, seeds, switches, stations, pool)
            sys.stderr.write(f"{condition.name}: {measured[condition.name].seconds:.0f} s\n")
    sys.stdout.write(table(measured) + "\n")
    asked = {name: found for name, found in measured.items() if name not in NOT_ASKED}
    return int(any(found.missed(ASKED.get(name, Limits())) for name, found in asked.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
