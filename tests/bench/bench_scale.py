"""A year of sweeps over a district: what one sweep costs beside sqlite3 writing its rows, and how the file grows.

``python -m tests.bench.bench_scale [SWITCHES STATIONS SWEEPS]``; it asserts nothing. One simulated sweep is read; of
each later one a tenth of the stations is silent and one in a hundred sits where another one sat. Times are CPU seconds
of this process; what is stored, and how, is what ``netaudit sweep`` does with each device as it is read.
"""

from __future__ import annotations

import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import fields, replace
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import ip_network
from itertools import chain, pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from inventory.model.facts import AddressFact, ArpRow, DeviceFact, FdbRow, InterfaceFact, LldpNeighbour
from inventory.model.factset import ScannedBlock
from inventory.model.records import SweepOutcome
from inventory.model.values import Mac
from inventory.registry.engine import open_registry
from netaudit.app.current import compare
from netaudit.app.locate import locate
from netaudit.app.resolve import conclude
from netaudit.settings import Settings
from tests.bench.bench_district import START, records
from tests.simulator.conditions import CONDITIONS
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.coverage import TableCoverage
    from inventory.model.factset import FactSet
    from inventory.registry.engine import Registry

    Row: TypeAlias = FdbRow | ArpRow | LldpNeighbour | InterfaceFact | AddressFact | DeviceFact
    Reading: TypeAlias = tuple[str, list[Row], list[TableCoverage]]

DAY = timedelta(days=1)
SWEEPS_A_YEAR = 360
CHAIN = (6, 9)
"""So many switches hang on each other: 300 of them with 10,000 stations hold 300,000 rows."""
KINDS: tuple[type[Row], ...] = (FdbRow, ArpRow, LldpNeighbour, InterfaceFact, AddressFact, DeviceFact)


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def later(facts: FactSet, random: Random, days: int) -> FactSet:
    """Return the same network some days later, every row with a MAC of its own, as reading devices gives them."""
    stations = sorted({row.mac for row in facts.arp}, key=str)
    silent = set(random.sample(stations, len(stations) // 10))
    moving = random.sample(stations, len(stations) // 200 * 2)
    sits = dict(zip(moving, [*moving[1:], moving[0]], strict=True)) if days else {}
    times: dict[datetime, datetime] = {}

    def shifted(row: Row | TableCoverage) -> dict[str, Any]:
        return {"at": times.setdefault(row.at, row.at + DAY * days)}

    def own(mac: Mac) -> Mac:
        return Mac.from_bytes(bytes.fromhex(mac.text.replace(":", "")))

    return replace(
        facts,
        fdb=tuple(
            replace(row, mac=own(sits.get(row.mac, row.mac)), **shifted(row))
            for row in facts.fdb
            if not days or row.mac not in silent
        ),
        arp=tuple(
            replace(row, mac=own(row.mac), **shifted(row)) for row in facts.arp if not days or row.mac not in silent
        ),
        lldp=tuple(replace(row, **shifted(row)) for row in facts.lldp),
        interfaces=tuple(replace(row, **shifted(row)) for row in facts.interfaces),
        addresses=tuple(replace(row, **shifted(row)) for row in facts.addresses),
        devices=tuple(replace(row, **shifted(row)) for row in facts.devices),
        coverage=tuple(replace(row, **shifted(row)) for row in facts.coverage),
    )


def by_device(facts: FactSet) -> list[Reading]:
    """Return what each device said."""
    found: dict[str, Reading] = {}
    rows: Iterable[Row] = chain(facts.fdb, facts.arp, facts.lldp, facts.interfaces, facts.addresses, facts.devices)
    for row in rows:
        found.setdefault(row.device, (row.device, [], []))[1].append(row)
    for entry in facts.coverage:
        found[entry.device][2].append(entry)
    return list(found.values())


def store(registry: Registry, readings: Sequence[Reading], at: datetime = START) -> int:
    """Store one sweep's facts, one transaction per device."""
    number = registry.start_sweep({}, {}, at)
    block = ScannedBlock("public", ip_network("10.0.0.0/24"), 254, 0)
    registry.scans.store_block(number, "scan", block, (), at)
    for device, facts, coverage in readings:
        registry.store_reading(number, f"read:{device}", device, facts, coverage, at)
    return number


def _values(row: Row, names: Sequence[str]) -> tuple[object, ...]:
    if isinstance(row, FdbRow):  # nearly all of them: as fast as it can be written
        at, status = str(row.at), row.status.value
        return row.device, row.mac.text, row.if_index, row.raw_port, row.vlan, row.fdb_id, status, at, row.table
    return tuple(_plain(getattr(row, name)) for name in names)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def raw(file: Path, readings: Sequence[Reading]) -> tuple[float, float]:
    """Write the same rows into the same file with the driver alone: a table per kind, a transaction per device.

    Returns the seconds of it all, and those of the driver alone, without making the tuples of the facts.
    """
    began = time.process_time()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    names: dict[type[Row], list[str]] = {kind: [field.name for field in fields(kind)] for kind in KINDS}
    for kind in KINDS:
        columns = ", ".join(f'"{name}"' for name in names[kind])
        connection.execute(f"CREATE TABLE raw_{kind.__name__} (id INTEGER PRIMARY KEY, sweep_id INTEGER, {columns})")
        connection.execute(f"CREATE INDEX ix_raw_{kind.__name__} ON raw_{kind.__name__} (sweep_id)")
    driver = time.process_time() - began
    for _, facts, _ in readings:
        rows: dict[type[Row], list[tuple[object, ...]]] = {}
        for row in facts:
            rows.setdefault(type(row), []).append(_values(row, names[type(row)]))
        started = time.process_time()
        connection.execute("BEGIN IMMEDIATE")
        for kind, same in rows.items():
            marks = ", ".join("?" * len(names[kind]))
            connection.executemany(f"INSERT INTO raw_{kind.__name__} VALUES (NULL, 1, {marks})", same)  # noqa: S608 -- our own names
        connection.execute("COMMIT")
        driver += time.process_time() - started
    spent = time.process_time() - began
    for kind in KINDS:
        connection.execute(f"DROP TABLE raw_{kind.__name__}")
    connection.close()
    return spent, driver


def size(file: Path) -> float:
    """Return how many MiB of the file are in use."""
    connection = sqlite3.connect(file)
    wanted = ("page_count", "freelist_count", "page_size")
    pages, free, octets = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted)
    connection.close()
    return float((pages - free) * octets) / 2**20


def ask(registry: Registry, macs: Sequence[str]) -> float:
    """Return the milliseconds of the median look-up."""
    spent = []
    for mac in macs:
        began = time.process_time()
        locate(registry, Settings(), mac, reveal=False)
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)


def main(arguments: list[str]) -> None:
    """Run the sweeps one after the other."""
    switches, stations, sweeps = (int(word) for word in arguments) if arguments else (300, 10_000, 30)
    random = Random(7)  # noqa: S311 -- a reproducible network, no secret
    network = build(random, Shape(switches, stations, "cascade", spanning=0.0, chain=CHAIN))
    first = read(network, random, CONDITIONS[0]).facts
    say(f"{switches} switches, {stations} stations, {len(first.fdb)} forwarding rows in the first sweep")
    heads = ("sweep", "rows", "raw", "driver", "store", "conclude", "compare", "/ raw", "/ driver", "locate ms", "MiB")
    say("".join(f"{head:>10}" for head in heads))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "district.db"
        with open_registry(f"sqlite:///{file}") as registry:
            registry.apply(records(network, random))
            sizes: list[float] = []
            for number in range(sweeps):
                readings = by_device(later(first, random, number))
                rows = sum(len(facts) for _, facts, _ in readings)
                plain, driver = raw(file, readings)
                marks = [time.process_time()]
                sweep = store(registry, readings)
                readings.clear()
                marks.append(time.process_time())
                observations = conclude(registry, sweep)
                marks.append(time.process_time())
                compare(registry, [registry.sweep(sweep)], concluded=observations)
                marks.append(time.process_time())
                del observations
                registry.finish_sweep(sweep, SweepOutcome.COMPLETE, START + DAY * number, {})
                asked = ask(registry, [str(station.mac) for station in random.sample(network.stations, 20)])
                parts = [after - before for before, after in pairwise(marks)]
                sizes.append(size(file))
                ratios = sum(parts) / plain, sum(parts) / driver
                cells = (plain, driver, *parts)
                say(
                    f"{number + 1:>10}{rows:>10}"
                    + "".join(f"{cell:>10.2f}" for cell in cells)
                    + "".join(f"{ratio:>10.1f}" for ratio in ratios)
                    + f"{asked:>10.1f}{sizes[-1]:>10.1f}"
                )
        if sweeps > 1:
            growth = (sizes[-1] - sizes[0]) / (sweeps - 1)
            say(f"growth per sweep {growth:.2f} MiB; {SWEEPS_A_YEAR} sweeps: {growth * SWEEPS_A_YEAR / 1024:.2f} GiB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
