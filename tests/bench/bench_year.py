"""A year in one registry: what each sweep costs as the history grows, what questions and retention cost afterwards.

``python -m tests.bench.bench_year [SWITCHES STATIONS SWEEPS [FOLDER]]``; it asserts nothing. One sweep a day: people
move, exchange addresses and get new cards for good, some are silent every day and half of them at weekends. Times are
CPU seconds of this process. The registry stays in FOLDER, where one is named.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from inventory.model.facts import ArpRow, FdbRow
from inventory.model.records import SweepOutcome
from inventory.model.values import Mac
from inventory.registry.engine import open_registry
from netaudit.app.current import compare
from netaudit.app.locate import locate
from netaudit.app.resolve import conclude
from netaudit.app.timeline import at_moment, tell
from netaudit.settings import Settings
from tests.bench.bench_district import START, records
from tests.bench.bench_scale import CHAIN, DAY, by_device, raw, say, size, store
from tests.simulator.conditions import CONDITIONS
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from inventory.model.factset import FactSet
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry
    from tests.bench.bench_scale import Reading

SILENT, SILENT_AT_WEEKENDS = 0.1, 0.5
MOVED, EXCHANGED, NEW_CARD = 0.003, 0.003, 0.0005
"""Of all stations, on one day."""
KEPT = timedelta(days=90)
"""Facts and ended intervals older than this are deleted in the end."""
ASKED = 20


class District:
    """A network in which something changes every day."""

    def __init__(self, first: FactSet, stations: Collection[Mac], random: Random, begin: datetime) -> None:
        self._first = first
        self._random = random
        self._shift = begin - START
        networks: dict[tuple[str, int], list[Mac]] = {}
        self._ips: dict[Mac, IPAddress] = {}
        for row in first.arp:
            if row.mac in stations and row.mac not in self._ips:  # gateways resolve switches, too: those stay
                networks.setdefault((row.device, row.if_index), []).append(row.mac)
                self._ips[row.mac] = row.ip
        self._networks = [sorted(macs) for macs in networks.values()]
        self._seats = sorted(self._ips)
        """Where somebody sits: by the card that sat there first."""
        self._sits = {seat: seat for seat in self._seats}
        self._cards = dict(self._sits)
        """The card of whoever is told apart by a seat."""
        self.gone: list[Mac] = []
        """Cards that are no longer there."""

    def present(self) -> list[tuple[Mac, IPAddress]]:
        """Return every card with its address."""
        return [(self._cards[who], self._ips[who]) for who in self._seats]

    def change(self) -> None:
        """Let a day pass."""
        for one, other in self._pairs(MOVED):
            self._sits[one], self._sits[other] = self._sits[other], self._sits[one]
        for one, other in self._pairs(EXCHANGED):
            self._ips[one], self._ips[other] = self._ips[other], self._ips[one]
        for who in self._random.sample(self._seats, round(NEW_CARD * len(self._seats))):
            self.gone.append(self._cards[who])
            octets = bytes.fromhex(self._cards[who].text.replace(":", ""))
            self._cards[who] = Mac.from_bytes(octets[:3] + self._random.randbytes(3))

    def _pairs(self, share: float) -> Iterator[tuple[Mac, Mac]]:
        """Yield pairs within one network."""
        for _ in range(round(share * len(self._seats) / 2)):
            network = self._random.choice(self._networks)
            if len(network) > 1:
                one, other = self._random.sample(network, 2)
                yield one, other

    def sweep(self, day: int) -> list[Reading]:
        """Return what the devices tell on a day, every row with a MAC of its own, as reading them gives it."""
        share = SILENT_AT_WEEKENDS if day % 7 in {5, 6} else SILENT
        silent = set(self._random.sample(self._seats, round(share * len(self._seats))))
        shift = self._shift + DAY * day
        times: dict[datetime, datetime] = {}

        def at(row: FdbRow | ArpRow) -> datetime:
            return times.setdefault(row.at, row.at + shift)

        def own(mac: Mac) -> Mac:
            who = self._sits.get(mac)
            return Mac(":".join((mac if who is None else self._cards[who]).text.split(":")))

        first = self._first
        return by_device(
            replace(
                first,
                fdb=tuple(
                    FdbRow(r.device, own(r.mac), r.if_index, r.raw_port, r.vlan, r.fdb_id, r.status, at(r), r.table)
                    for r in first.fdb
                    if r.mac not in silent
                ),
                arp=tuple(
                    replace(
                        r, mac=own(r.mac), ip=self._ips[self._sits[r.mac]] if r.mac in self._sits else r.ip, at=at(r)
                    )
                    for r in first.arp
                    if r.mac not in silent
                ),
                lldp=tuple(replace(r, at=r.at + shift) for r in first.lldp),
                interfaces=tuple(replace(r, at=r.at + shift) for r in first.interfaces),
                addresses=tuple(replace(r, at=r.at + shift) for r in first.addresses),
                devices=tuple(replace(r, at=r.at + shift) for r in first.devices),
                coverage=tuple(replace(r, at=r.at + shift) for r in first.coverage),
            )
        )


def run(registry: Registry, district: District, file: Path, sweeps: int, begin: datetime) -> None:
    """Sweep every day; beside the standard library's ``executemany`` now and then."""
    say(
        "".join(
            f"{head:>10}" for head in ("sweep", "rows", "raw", "store", "conclude", "compare", "/ raw", "MiB", "peak")
        )
    )
    for day in range(sweeps):
        readings = district.sweep(day)
        rows = sum(len(facts) for _, facts, _ in readings)
        plain = raw(file, readings)[0] if day % 30 in {0, 29} else None
        marks = [time.process_time()]
        number = store(registry, readings, begin + DAY * day)
        readings.clear()
        marks.append(time.process_time())
        observations = conclude(registry, number)
        marks.append(time.process_time())
        compare(registry, [registry.sweep(number)], concluded=observations)
        marks.append(time.process_time())
        del observations
        registry.finish_sweep(number, SweepOutcome.COMPLETE, begin + DAY * day + timedelta(hours=1), {})
        parts = [after - before for before, after in pairwise(marks)]
        beside = [f"{plain:.2f}", f"{sum(parts) / plain:.2f}"] if plain else ["", ""]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cells = (beside[0], *(f"{part:.2f}" for part in parts), beside[1], f"{size(file):.1f}", f"{peak:.0f}")
        say(f"{day + 1:>10}{rows:>10}" + "".join(f"{cell:>10}" for cell in cells))
        district.change()


def timed(what: str, names: Sequence[object], ask: Callable[[str], object]) -> None:
    """Print what a question takes: the median and the longest of some."""
    spent = []
    for name in names:
        began = time.process_time()
        ask(str(name))
        spent.append((time.process_time() - began) * 1000)
    if spent:
        say(f"{what:44}{statistics.median(spent):10.1f} ms{max(spent):10.1f} ms at most of {len(spent)}")


def questions(registry: Registry, district: District, random: Random) -> None:
    """Ask what people ask."""
    settings = Settings()
    known = random.sample(district.present(), ASKED)
    cards, ips = [card for card, _ in known], [ip for _, ip in known]
    then = (datetime.now(UTC) - timedelta(days=180)).isoformat()
    present = {card for card, _ in district.present()}
    filed = sorted({view.mac for view in registry.registrations()} - present)
    unfiled = sorted(set(district.gone) - set(filed))
    timed("locate MAC", cards, lambda one: locate(registry, settings, one, reveal=False))
    timed("locate IP", ips, lambda one: locate(registry, settings, one, reveal=False))
    timed("locate MAC --history", cards, lambda one: locate(registry, settings, one, reveal=False, history=True))
    timed("locate IP --history", ips, lambda one: locate(registry, settings, one, reveal=False, history=True))
    timed("locate IP --at half a year ago", ips, lambda one: at_moment(registry, one, then, reveal=False))
    timed("endpoint timeline MAC", cards, lambda one: tell(registry, one))
    timed("endpoint timeline IP", ips, lambda one: tell(registry, one))
    timed("locate MAC, filed and gone", filed[:ASKED], lambda one: locate(registry, settings, one, reveal=False))
    timed("locate MAC, not filed and gone", unfiled[-ASKED:], lambda one: locate(registry, settings, one, reveal=False))
    nobody = ["10.255.1.1", "10.255.1.2", "192.0.2.7", "02:de:ad:00:00:01", "02:de:ad:00:00:02"]
    timed("locate, never seen and not filed", nobody, lambda one: locate(registry, settings, one, reveal=False))


def retention(registry: Registry, file: Path) -> None:
    """Delete by policy, at first only in words."""
    before = datetime.now(UTC) - KEPT
    prune = partial(registry.archive.prune, actor="bench", at=datetime.now(UTC))
    for what, step in (("prune, said", registry.archive.prunable), ("prune, done", prune)):
        began = time.process_time()
        found = step(before, before)
        spent = time.process_time() - began
        say(
            f"{what:44}{spent:10.2f} s   {len(found.sweeps)} sweeps, {found.rows} rows, {found.intervals} intervals;"
            f" {size(file):.1f} MiB in use of {file.stat().st_size / 2**20:.1f}"
        )


def main(arguments: list[str]) -> None:
    """Run the year."""
    switches, stations, sweeps = (int(word) for word in arguments[:3]) if arguments else (300, 10_000, 360)
    random = Random(7)  # noqa: S311 -- a reproducible network, no secret
    network = build(random, Shape(switches, stations, "cascade", spanning=0.0, chain=CHAIN))
    begin = datetime.now(UTC) - DAY * sweeps
    district = District(read(network, random, CONDITIONS[0]).facts, network.ips.keys(), random, begin)
    say(f"{switches} switches, {stations} stations, {sweeps} sweeps")
    with tempfile.TemporaryDirectory() as made:
        file = Path(arguments[3] if len(arguments) > 3 else made) / "year.db"
        with open_registry(f"sqlite:///{file}") as registry:
            registry.apply(records(network, random))
            run(registry, district, file, sweeps, begin)
            questions(registry, district, random)
            retention(registry, file)
            questions(registry, district, random)


if __name__ == "__main__":
    main(sys.argv[1:])
