"""The topology file agrees with itself and holds what the lab promises; nothing is started here."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.lab import sheets, topology, truth, wiring

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = topology.load()
TRUTH = truth.derive(NETWORK)


def test_every_place_exists() -> None:
    devices = {NETWORK.core.name, *NETWORK.switch_by_name, *(router.name for router in NETWORK.routers)}
    places = [station.at for station in NETWORK.stations] + [switch.upstream for switch in NETWORK.switches]
    assert {place.device for place in places} <= devices


def test_nothing_is_plugged_in_twice() -> None:
    plugged = [station.at for station in NETWORK.stations]
    plugged += [switch.upstream for switch in NETWORK.switches] + [switch.uplink for switch in NETWORK.switches]
    plugged += [router.upstream for router in NETWORK.routers] + [NETWORK.admin.at]
    assert [place for place, count in Counter(plugged).items() if count > 1] == []


def test_every_point_hangs_on_a_port_that_is_used() -> None:
    used = {switch.upstream for switch in NETWORK.switches} | {router.upstream for router in NETWORK.routers}
    used |= {station.at for station in NETWORK.stations}
    assert {point.hangs_on for point in NETWORK.points} <= used


def test_references_resolve() -> None:
    units = {unit.code for unit in NETWORK.units}
    points = set(NETWORK.point_by_code)
    assert {point.unit for point in NETWORK.points} <= units
    assert {prefix.unit for prefix in NETWORK.prefixes} <= units
    assert {prefix.point for prefix in NETWORK.prefixes if prefix.point} <= points
    assert {switch.point for switch in NETWORK.switches if switch.managed} <= points
    assert {unit.parent for unit in NETWORK.units if unit.parent} <= units


def test_macs_are_unique_and_global() -> None:
    macs = [station.mac for station in TRUTH.stations.values()] + list(TRUTH.infrastructure_macs)
    assert [mac for mac, count in Counter(macs).items() if count > 1] == []
    assert all(int(mac[:2], 16) & 0b11 == 0 for mac in macs)


def test_one_address_is_used_twice_and_only_one() -> None:
    shared = [ip for ip, count in Counter(station.ip for station in NETWORK.stations).items() if count > 1]
    assert len(shared) == 1
    taken = {str(station.ip) for station in NETWORK.stations}
    assert not taken & set(TRUTH.infrastructure_addresses)


def test_addresses_lie_where_the_station_stands() -> None:
    for station in NETWORK.stations:
        prefix = NETWORK.prefix_of(station.ip)
        place = station.at
        while place.device in NETWORK.switch_by_name:
            place = NETWORK.switch_by_name[place.device].upstream
        assert prefix.on == place, station.name


def test_a_polite_sweep_is_quick() -> None:
    swept = [prefix.cidr for prefix in NETWORK.prefixes if prefix.purpose != "retired"]
    assert sum(cidr.num_addresses for cidr in swept) <= 500
    assert any(not cidr.is_private for cidr in swept)


def test_the_promised_cast_is_there() -> None:
    by_verdict = Counter(station.verdict for station in TRUTH.stations.values())
    by_hidden = Counter(station.hidden for station in TRUTH.stations.values())
    answers = Counter(station.answers for station in NETWORK.stations)
    assert len(NETWORK.stations) >= 60
    assert len(NETWORK.managed()) >= 7
    assert by_verdict["bounded"] >= 3
    assert by_verdict["l3_only"] >= 3
    assert by_verdict["probe_only"] >= 3
    assert by_hidden.keys() == {"", "off", "dark", "nat", "silent"}
    assert min(answers["tcp445"], answers["tcp3389"], answers["nothing"]) >= 3
    mismatches = {field for station in TRUTH.stations.values() for field in station.mismatch}
    assert mismatches == {"ip", "mac", "unit"}
    assert sum(unit.unregistered > 0 for unit in TRUTH.units.values()) >= 4


@pytest.mark.parametrize("unit", TRUTH.units.values(), ids=TRUTH.units.keys())
def test_unit_figures_add_up(unit: truth.UnitTruth) -> None:
    assert unit.observed == unit.registered_observed + unit.unregistered
    assert unit.mismatched <= unit.registered_observed


def test_only_the_unit_behind_nat_and_the_dark_one_cannot_be_verified() -> None:
    assert [unit.code for unit in TRUTH.units.values() if not unit.verifiable] == ["YC-CLN-08", "YC-PRI-09"]


def test_exact_places_are_ports_of_readable_switches() -> None:
    readable = {switch.name for switch in NETWORK.managed()}
    for station in TRUTH.stations.values():
        assert (station.device in readable) == (station.verdict in {"exact", "bounded"}), station.name
        if station.device is not None:
            assert station.port in NETWORK.ports_of(station.device)


def test_base_port_numbers_never_equal_interface_indexes() -> None:
    """A bridge comes first in its namespace, so port n is at least interface n + 1."""
    plan = wiring.plan(NETWORK)
    for switch in NETWORK.managed():
        created = [line for line in plan.links if f"netns {switch.name} " in f"{line} "]
        assert created[0].startswith(f"link add name {wiring.BRIDGE} ")


def test_interface_names_fit_the_kernel() -> None:
    for switch in NETWORK.switches:
        assert all(len(port) <= 15 and "/" not in port for port in NETWORK.ports_of(switch.name))


def test_sheets_have_the_agreed_columns(tmp_path: Path) -> None:
    sheets.write(tmp_path, NETWORK, TRUTH)
    rows = {}
    for name in sheets.COLUMNS:
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    assert len(rows["registrations"]) == sum(unit.filed for unit in TRUTH.units.values())
    assert {row["snmp_profile"] for row in rows["devices"]} == {"core", "access", ""}
    assert all(row["code"] and row["name"] for row in rows["units"])
