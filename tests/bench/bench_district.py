"""How long the answers take on a whole district: store one sweep, locate, compare, report, look one address up.

``python tests/bench/bench_district.py [SWITCHES STATIONS]``; it asserts nothing.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from inventory.model.batch import Batch
from inventory.model.factset import ScannedBlock
from inventory.model.records import PointView, PrefixView, RegistrationView, SweepOutcome, UnitView
from inventory.registry.engine import open_registry
from netaudit.app.current import current
from netaudit.app.locate import locate
from netaudit.app.report import Question, unregistered_endpoints
from netaudit.app.resolve import conclude
from netaudit.settings import Settings
from reports.formats import FORMATS
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import CONDITIONS, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.model.facts import Fact
    from inventory.model.factset import FactSet
    from inventory.registry.engine import Registry
    from tests.simulator.network import Network

UNITS = 120
FILED = 0.9
START = datetime(2026, 11, 23, 1, tzinfo=UTC)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a step takes, wall and CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    seconds = f"{time.perf_counter() - wall:8.2f} s wall {time.process_time() - cpu:8.2f} s cpu"
    print(f"{what:44}{seconds}")  # noqa: T201 -- a command line


def records(network: Network, random: Random) -> Batch:
    """Return units, points, devices and filings: every switch stands at a point, nine in ten stations are filed."""
    units = tuple(UnitView(f"U-{n:03}", f"第{n}单位") for n in range(UNITS))
    names = sorted(network.switches)
    points = tuple(PointView(f"P-{n:03}", units[n % UNITS].code, f"点位 {n}") for n in range(len(names)))
    at = {name: point.code for name, point in zip(names, points, strict=True)}
    devices = tuple(replace(view, point=at[view.name]) for view in network.devices())
    filings = tuple(
        RegistrationView(0, random.choice(units).code, "public", ip_address(ip), mac)
        for mac, ip in network.ips.items()
        if random.random() < FILED
    )
    prefixes = (PrefixView(ip_network("10.0.0.0/8"), units[0].code, "public"),)
    return Batch(units, points, prefixes, devices, registrations=filings)


def store(registry: Registry, facts: FactSet) -> int:
    """Store one sweep's facts, one transaction per device."""
    number = registry.start_sweep({}, {}, START)
    registry.scans.store_block(number, "scan", ScannedBlock("public", ip_network("10.0.0.0/24"), 254, 0), (), START)
    kinds = (facts.fdb, facts.arp, facts.lldp, facts.interfaces, facts.addresses, facts.devices)
    by_device: dict[str, list[Fact]] = {}
    for kind in kinds:
        for fact in kind:
            by_device.setdefault(fact.device, []).append(fact)
    for device, mine in by_device.items():
        coverage = [entry for entry in facts.coverage if entry.device == device]
        registry.store_reading(number, f"read:{device}", device, mine, coverage, START)
    return number


def main(arguments: list[str]) -> None:
    """Run every step once and print what it took."""
    switches, stations = (int(word) for word in arguments) if arguments else (300, 6000)
    random = Random(7)  # noqa: S311 -- a reproducible network, no secret
    network = build(random, Shape(switches, stations, spanning=0.0))
    facts = read(network, random, CONDITIONS[0]).facts
    print(f"{switches} switches, {stations} stations, {len(facts.fdb)} forwarding rows, {len(facts.arp)} ARP rows")  # noqa: T201 -- a command line
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "district.db"
        with open_registry(f"sqlite:///{file}") as registry:
            with timed("import of the records"):
                registry.apply(records(network, random))
            with timed("store one sweep"):
                number = store(registry, facts)
            with timed("locate and identify (resolve)"):
                conclude(registry, number)
            registry.finish_sweep(number, SweepOutcome.COMPLETE, START, {})
            settings = Settings()
            with timed("compare with the filings"):
                known = current(registry, settings)
            with timed("report unregistered, document and JSON"):
                report = unregistered_endpoints(registry, settings, Question())
            for name, form in FORMATS.items():
                with timed(f"the same as {name}"):
                    form.load().render(report.document, str)
            address = str(next(unit for unit in known.units if unit.findings).findings[0].observation.mac)
            with timed("locate one address"):
                locate(registry, settings, address, reveal=False)
        print(f"{'database':44}{file.stat().st_size / 2**20:8.1f} MiB")  # noqa: T201 -- a command line
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory':44}{peak:8.0f} MiB")  # noqa: T201 -- a command line


if __name__ == "__main__":
    main(sys.argv[1:])
