"""How fast facts and conclusions go in and out, beside sqlite3 itself writing the same rows. It asserts nothing.

``python tests/bench/bench_registry.py [ROWS]``
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.location import Evidence, Location, Place, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.values import Mac
from inventory.registry.engine import open_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
SWITCHES = 300
ENDPOINTS = 6000


@contextmanager
def timed(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    sys.stdout.write(f"{what:<58} {time.perf_counter() - begun:7.2f} s\n")


def fdb(rows: int) -> dict[str, list[FdbRow]]:
    """Return forwarding tables of the district's switches, as long together as asked."""
    each = rows // SWITCHES
    return {
        f"switch-{switch:03}": [
            FdbRow(
                f"switch-{switch:03}",
                Mac.from_bytes((0x00E0FC000000 + n).to_bytes(6)),
                n % 48 + 1,
                n % 48 + 1,
                n % 4000,
                n % 4000,
                FdbStatus.LEARNED,
                START + timedelta(seconds=switch),
            )
            for n in range(each)
        ]
        for switch in range(SWITCHES)
    }


def observations(count: int) -> list[Observation]:
    """Return conclusions with four rows of evidence each."""
    found = []
    for n in range(count):
        mac = Mac.from_bytes((0x00E0FC000000 + n).to_bytes(6))
        evidence = tuple(
            Evidence("snmp:dot1qTpFdbTable", f"switch-{k:03}", START, f"{mac} port {n} vlan 200") for k in range(4)
        )
        place = Place(f"switch-{n % SWITCHES:03}", f"GigabitEthernet0/0/{n % 48}", n % 48)
        location = Location(mac, Verdict.EXACT, place, vlan=200, evidence=evidence[:2])
        ip = ip_address(0x0A000000 + n)
        found.append(Observation("public", mac, (ip,), location, START, START, Confidence.CONFIRMED, evidence))
    return found


def plain_sqlite(path: Path, tables: dict[str, list[FdbRow]]) -> None:
    """Write the same columns with the driver alone: one transaction per switch, like the registry."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE fdb_rows (id INTEGER PRIMARY KEY, sweep_id INTEGER, device TEXT, mac TEXT, if_index INTEGER,"
        ' raw_port INTEGER, vlan INTEGER, fdb_id INTEGER, status TEXT, at TEXT, "table" TEXT)'
    )
    connection.execute("CREATE INDEX ix ON fdb_rows (sweep_id)")
    for rows in tables.values():
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO fdb_rows VALUES (NULL, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (r.device, r.mac.text, r.if_index, r.raw_port, r.vlan, r.fdb_id, r.status.value, str(r.at), r.table)
                for r in rows
            ),
        )
        connection.execute("COMMIT")
    connection.close()


def main() -> None:
    """Measure on a fresh file in the temporary folder."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    tables = fdb(count)
    with tempfile.TemporaryDirectory() as folder:
        with timed(f"sqlite3 executemany, {count} FDB rows, {SWITCHES} transactions"):
            plain_sqlite(Path(folder) / "plain.db", tables)
        path = Path(folder) / "registry.db"
        with timed("open_registry, new file (with migration)"):
            open_registry(f"sqlite:///{path}").close()
        with timed("open_registry, again"):
            registry = open_registry(f"sqlite:///{path}")
        with registry:
            sweep = registry.start_sweep({}, {}, START)
            with timed(f"store_reading, {count} FDB rows, {SWITCHES} transactions"):
                for device, rows in tables.items():
                    registry.store_reading(sweep, f"read:{device}", device, rows, [], START)
            with timed(f"facts, {count} FDB rows"):
                registry.facts(sweep)
            seen = observations(ENDPOINTS)
            for again in ("", ", again"):
                with timed(f"replace_observations, {ENDPOINTS} endpoints{again}"):
                    registry.replace_observations(sweep, seen)
            with timed(f"newest_observations, {ENDPOINTS} endpoints"):
                registry.newest_observations([sweep])
            with timed("find_observations, one address"):
                registry.find_observations(ip=ip_address("10.0.1.1"))
        sys.stdout.write(f"{'size of the registry file':<58} {path.stat().st_size / 2**20:7.1f} MiB\n")


if __name__ == "__main__":
    main()
