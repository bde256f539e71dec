"""A year of sweeps over a district: what one sweep costs beside sqlite3 writing its rows, and how the file grows.

``python -m tests.bench.bench_scale [SWITCHES STATIONS SWEEPS]``; it asserts nothing. One simulated sweep is read; of
each later one a tenth of the stations is silent and one in a hundred has moved. Times are CPU seconds of this process.
"""

from __future__ import annotations

import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from inventory.model.facts import FdbStatus
from inventory.model.records import SweepOutcome
from inventory.registry.engine import open_registry
from netaudit.app.current import current
from netaudit.app.locate import locate
from netaudit.app.resolve import conclude
from netaudit.settings import Settings
from tests.bench.bench_district import START, records, store
from tests.simulator.conditions import CONDITIONS
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read

if TYPE_CHECKING:
    from inventory.model.facts import FdbRow
    from inventory.model.factset import FactSet

DAY = timedelta(days=1)
SWEEPS_A_YEAR = 360


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def later(facts: FactSet, random: Random, days: int) -> FactSet:
    """Return the same network some days later."""
    stations = sorted({row.mac for row in facts.arp}, key=str)
    silent = set(random.sample(stations, len(stations) // 10))
    moved = {mac: random.randrange(1, 40) for mac in random.sample(stations, len(stations) // 100)}
    shift = DAY * days

    def forwarding(row: FdbRow) -> FdbRow:
        port = moved.get(row.mac)
        return replace(row, at=row.at + shift, if_index=row.if_index if port is None else port)

    return replace(
        facts,
        fdb=tuple(forwarding(row) for row in facts.fdb if row.mac not in silent),
        arp=tuple(replace(row, at=row.at + shift) for row in facts.arp if row.mac not in silent),
        lldp=tuple(replace(row, at=row.at + shift) for row in facts.lldp),
        interfaces=tuple(replace(row, at=row.at + shift) for row in facts.interfaces),
        addresses=tuple(replace(row, at=row.at + shift) for row in facts.addresses),
        devices=tuple(replace(row, at=row.at + shift) for row in facts.devices),
        coverage=tuple(replace(row, at=row.at + shift) for row in facts.coverage),
    )


def raw(file: Path, facts: FactSet) -> float:
    """Write the forwarding rows into the same file with the driver alone, one transaction per switch."""
    by_device: dict[str, list[FdbRow]] = {}
    for row in facts.fdb:
        by_device.setdefault(row.device, []).append(row)
    began = time.process_time()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE raw_rows (id INTEGER PRIMARY KEY, sweep_id INTEGER, device TEXT, mac TEXT, if_index INTEGER,"
        ' raw_port INTEGER, vlan INTEGER, fdb_id INTEGER, status TEXT, at TEXT, "table" TEXT)'
    )
    connection.execute("CREATE INDEX ix_raw_rows ON raw_rows (sweep_id)")
    for rows in by_device.values():
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO raw_rows VALUES (NULL, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    r.device,
                    r.mac.text,
                    r.if_index,
                    r.raw_port,
                    r.vlan,
                    r.fdb_id,
                    FdbStatus.LEARNED.value,
                    str(r.at),
                    r.table,
                )
                for r in rows
            ),
        )
        connection.execute("COMMIT")
    spent = time.process_time() - began
    connection.execute("DROP TABLE raw_rows")
    connection.close()
    return spent


def main(arguments: list[str]) -> None:
    """Run the sweeps one after the other."""
    switches, stations, sweeps = (int(word) for word in arguments) if arguments else (300, 10_000, 30)
    random = Random(7)  # noqa: S311 -- a reproducible network, no secret
    network = build(random, Shape(switches, stations, spanning=0.0))
    first = read(network, random, CONDITIONS[0]).facts
    say(f"{switches} switches, {stations} stations, {len(first.fdb)} forwarding rows per sweep")
    say(
        f"{'sweep':>6}{'raw':>8}{'store':>8}{'conclude':>10}{'compare':>9}{'ratio':>8}{'locate ms':>11}{'file MiB':>10}"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "district.db"
        with open_registry(f"sqlite:///{file}") as registry:
            registry.apply(records(network, random))
            sizes: list[float] = []
            for number in range(sweeps):
                facts = first if not number else later(first, random, number)
                marks = [time.process_time()]
                sweep = store(registry, facts)
                marks.append(time.process_time())
                conclude(registry, sweep)
                marks.append(time.process_time())
                registry.finish_sweep(sweep, SweepOutcome.COMPLETE, START + DAY * number, {})
                current(registry, Settings(), sweep=sweep)
                marks.append(time.process_time())
                plain = raw(file, facts)
                asked = [str(station.mac) for station in random.sample(network.stations, 20)]
                spent = []
                for mac in asked:
                    began = time.process_time()
                    locate(registry, Settings(), mac, reveal=False)
                    spent.append((time.process_time() - began) * 1000)
                parts = [after - before for before, after in pairwise(marks)]
                free = sqlite3.connect(file)
                pages = [
                    free.execute(f"PRAGMA {name}").fetchone()[0]
                    for name in ("page_count", "freelist_count", "page_size")
                ]
                free.close()
                sizes.append((pages[0] - pages[1]) * pages[2] / 2**20)
                say(
                    f"{number + 1:>6}{plain:>8.2f}{parts[0]:>8.2f}{parts[1]:>10.2f}{parts[2]:>9.2f}"
                    f"{sum(parts) / plain:>8.1f}{statistics.median(spent):>11.1f}{sizes[-1]:>10.1f}"
                )
        if sweeps > 1:
            growth = (sizes[-1] - sizes[0]) / (sweeps - 1)
            say(f"growth per sweep {growth:.2f} MiB; {SWEEPS_A_YEAR} sweeps: {growth * SWEEPS_A_YEAR / 1024:.2f} GiB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
