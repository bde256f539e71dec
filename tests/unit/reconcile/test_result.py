"""The whole comparison: counts, absence, grades, coverage, on one small district."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from inventory.model.coverage import Completeness, Table
from inventory.model.factset import FactSet, ScannedBlock
from inventory.model.location import Location, Verdict
from inventory.model.observation import Absence, Confidence, Observation, Status, VisibilityGrade
from inventory.model.records import (
    DeviceRole,
    Filed,
    PointStatus,
    PointView,
    PrefixView,
    Purpose,
    RegistrationState,
    RegistrationView,
    UnitView,
    YesNoUnknown,
)
from inventory.reconcile.identity import observe
from inventory.reconcile.result import current, reconcile
from tests.simulator.story import AT, Story, later, station

if TYPE_CHECKING:
    from inventory.model.observation import Reconciliation, UnitResult
    from inventory.model.values import Mac

X, Y, Z, W = (station(number) for number in range(1, 5))


def filing(number: int, unit: str, ip: str, mac_number: int, point: str | None = None) -> RegistrationView:
    return RegistrationView(number, unit, "public", ip_address(ip), station(mac_number), point=point)


def district() -> Story:
    r"""Two units on a routing core; the clinic is behind translation, the village is dark.

    ::

        core ─┬─2── u sw-edu ──5── X (filed), 6── Y (filed by FIN), 7── Z (not filed)
              ├─3── nat box (10.3.0.2, unfiled)
              └─4── (village: nothing)
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE, address="10.1.0.1")
    switch = story.device("sw-edu", point="P-EDU")
    for ip in ("10.2.0.1", "10.3.0.1", "10.4.0.1"):
        story.owns("core", ip)
    story.learn("core", 2, switch, X, Y, Z)
    story.learn("sw-edu", 1, core)
    for port, mac in ((5, X), (6, Y), (7, Z)):
        story.learn("sw-edu", port, mac)
        story.resolve("core", f"10.2.0.{port}", mac)
    story.learn("core", 3, W)
    story.resolve("core", "10.3.0.2", W)
    for network in ("10.2.0.0/24", "10.3.0.0/24", "10.4.0.0/24"):
        story.scanned(network)
    story.covered("core")
    story.covered("sw-edu")
    return story


def filed(story: Story) -> Filed:
    return Filed(
        units=(
            UnitView("EDU", "Education", declared_endpoints=4),
            UnitView("FIN", "Finance"),
            UnitView("CLINIC", "Clinic"),
            UnitView("VILLAGE", "Village"),
        ),
        points=(
            PointView("P-EDU", "EDU", "school"),
            PointView("P-CLINIC", "CLINIC", "clinic", nat=YesNoUnknown.YES, device="core", port="GE0/0/3"),
            PointView("P-VILLAGE", "VILLAGE", "village"),
        ),
        prefixes=(
            PrefixView(ip_network("10.2.0.0/24"), "EDU", "public", "P-EDU", gateway=ip_address("10.2.0.1")),
            PrefixView(ip_network("10.3.0.0/24"), "CLINIC", "public", "P-CLINIC"),
            PrefixView(ip_network("10.4.0.0/24"), "VILLAGE", "public", "P-VILLAGE"),
            PrefixView(ip_network("10.9.0.0/24"), "FIN", "public"),
            PrefixView(ip_network("10.8.0.0/24"), "FIN", "public", purpose=Purpose.RETIRED),
        ),
        devices=tuple(story.devices),
        registrations=(
            filing(1, "EDU", "10.2.0.5", 1),
            filing(2, "FIN", "10.2.0.6", 2),
            filing(3, "EDU", "10.2.0.30", 30),
            filing(4, "CLINIC", "10.3.0.30", 31),
            filing(5, "FIN", "10.9.0.30", 32),
        ),
    )


def result(story: Story, records: Filed | None = None) -> Reconciliation:
    facts = story.factset()
    records = filed(story) if records is None else records
    observations = observe(facts, story.locate(), story.devices)
    kept = FactSet(addresses=facts.addresses, coverage=facts.coverage, blocks=facts.blocks)
    return reconcile(records, observations, kept, as_of=later(60), sweep=7)


def unit(found: Reconciliation, code: str) -> UnitResult:
    return next(one for one in found.units if one.code == code)


def test_counts_per_unit_add_up() -> None:
    found = result(district())
    numbers = {
        one.code: (one.filed, one.observed, one.registered_observed, one.unregistered, one.mismatched)
        for one in found.units
    }
    assert numbers == {
        "EDU": (2, 3, 2, 1, 1),
        "FIN": (2, 0, 0, 0, 0),
        "CLINIC": (1, 1, 0, 1, 0),
        "VILLAGE": (0, 0, 0, 0, 0),
    }
    assert [one.code for one in found.units] == sorted(numbers)
    assert all(one.observed == one.registered_observed + one.unregistered for one in found.units)
    assert unit(found, "EDU").registration_rate == pytest.approx(2 / 3)


def test_grades_with_reasons() -> None:
    found = result(district())
    assert {one.code: one.grade for one in found.units} == {
        "EDU": VisibilityGrade.A,
        "FIN": VisibilityGrade.E,
        "CLINIC": VisibilityGrade.D,
        "VILLAGE": VisibilityGrade.E,
    }
    assert not unit(found, "CLINIC").verifiable
    assert unit(found, "CLINIC").registration_rate is None
    assert str(unit(found, "VILLAGE").grade_because) == (
        "nothing answered at P-VILLAGE and none of its devices was read"
    )


def test_a_dark_point_says_nothing_about_its_filings() -> None:
    story = district()
    records = filed(story)
    dark = filing(6, "VILLAGE", "10.4.0.7", 33, "P-VILLAGE")
    found = result(story, replace(records, registrations=(*records.registrations, dark)))
    (missing,) = unit(found, "VILLAGE").missing
    assert missing.absence is Absence.NOT_ASSESSED
    assert str(missing.because) == "nothing answered at P-VILLAGE and none of its devices was read"


def test_a_second_point_in_its_unit_s_prefix_is_graded_by_its_own_switch() -> None:
    """P-ANNEX has no prefix of its own: the unit's ARP table covers it, but its switch was not read."""
    story = district()
    story.device("sw-annex", point="P-ANNEX")
    records = filed(story)
    annex = PointView("P-ANNEX", "EDU", "annex", device="sw-edu", port="GE0/0/7")
    found = result(story, replace(records, points=(*records.points, annex)))
    assert unit(found, "EDU").grade is VisibilityGrade.B
    assert str(unit(found, "EDU").grade_because) == (
        "the forwarding table of sw-annex at P-ANNEX was not read completely"
    )


def test_absence_needs_coverage() -> None:
    found = result(district())
    said = {one.registration.id: (one.absence, str(one.because)) for u in found.units for one in u.missing}
    assert said == {
        3: (
            Absence.NOT_SEEN,
            "10.2.0.30 was probed and the ARP table of core was read completely, without a trace of it",
        ),
        4: (Absence.NOT_ASSESSED, "P-CLINIC is behind address translation"),
        5: (Absence.NOT_ASSESSED, "it is not certain that 10.9.0.30 was probed"),
    }


@pytest.mark.parametrize("completeness", [c for c in Completeness if c is not Completeness.COMPLETE])
def test_absence_is_not_assessed_on_an_incomplete_gateway_table(completeness: Completeness) -> None:
    story = district()
    story.coverage = [row for row in story.coverage if (row.device, row.table) != ("core", Table.ARP)]
    story.covered("core", Table.ARP, completeness=completeness)
    (missing,) = unit(result(story), "EDU").missing
    assert missing.absence is Absence.NOT_ASSESSED
    assert str(missing.because) == "the ARP table of core was not read completely"
    assert unit(result(story), "EDU").grade is VisibilityGrade.B


def test_absence_is_not_assessed_where_addresses_were_left_out() -> None:
    story = district()
    story.blocks = []
    story.scanned("10.2.0.0/24", asked=250)
    (missing,) = unit(result(story), "EDU").missing
    assert missing.absence is Absence.NOT_ASSESSED


def test_a_card_seen_under_another_filing_is_not_missing() -> None:
    story = district()
    records = filed(story)
    twice = replace(records, registrations=(*records.registrations, filing(9, "EDU", "10.2.0.99", 1)))
    assert [one.registration.id for one in unit(result(story, twice), "EDU").missing] == [3]


def test_grade_b_without_a_read_access_switch_and_c_without_a_gateway() -> None:
    story = district()
    story.coverage = [row for row in story.coverage if row.device != "sw-edu"]
    assert unit(result(story), "EDU").grade is VisibilityGrade.B
    bare = Story()
    bare.alive("10.2.0.5")
    bare.scanned("10.2.0.0/24", alive=1)
    assert unit(result(bare, filed(bare)), "EDU").grade is VisibilityGrade.C


def test_a_unit_is_as_visible_as_its_worst_point_that_is_online() -> None:
    story = district()
    records = filed(story)
    planned = PointView("P-EDU-2", "EDU", "annex", nat=YesNoUnknown.YES, status=PointStatus.PLANNED)
    online = replace(planned, status=PointStatus.ACCEPTED)
    assert unit(result(story, replace(records, points=(*records.points, planned))), "EDU").grade is VisibilityGrade.A
    assert unit(result(story, replace(records, points=(*records.points, online))), "EDU").grade is VisibilityGrade.D


def test_coverage_counts() -> None:
    story = district()
    story.device("unread")
    story.device("half")
    story.covered("half", Table.SYSTEM, Table.INTERFACES)
    story.covered("half", Table.FDB, completeness=Completeness.TRUNCATED)
    story.device("ups", DeviceRole.UPS)
    found = result(story, replace(filed(story), devices=tuple(story.devices))).coverage
    assert (found.prefixes, found.prefixes_total, found.addresses_probed) == (3, 4, 3 * 254)
    assert (found.devices, found.devices_complete, found.devices_partial, found.devices_unread) == (4, 2, 1, 1)


def test_an_unsupported_table_matters_only_where_the_role_needs_it() -> None:
    story = district()
    story.coverage = [row for row in story.coverage if row.device != "sw-edu" or row.table is not Table.ARP]
    story.covered("sw-edu", Table.ARP, completeness=Completeness.UNSUPPORTED, rows=0)
    assert result(story).coverage.devices_complete == 2
    story.coverage = [row for row in story.coverage if row.device != "sw-edu" or row.table is not Table.FDB]
    story.covered("sw-edu", Table.FDB, completeness=Completeness.UNSUPPORTED, rows=0)
    assert result(story).coverage.devices_partial == 1


def test_empty_registry_puts_everything_under_unassigned() -> None:
    story = Story()
    story.alive("127.0.0.1")
    story.scanned("127.0.0.0/29", alive=1)
    found = result(story, Filed())
    (one,) = found.units
    assert (one.code, one.observed, one.unregistered, one.grade) == ("unassigned", 1, 1, VisibilityGrade.C)


def seen(mac_number: int | None, *ips: str, plane: str = "public", minutes: float = 0) -> Observation:
    mac = None if mac_number is None else station(mac_number)
    location = Location(mac, Verdict.L3_ONLY, None)
    addresses = tuple(ip_address(ip) for ip in ips)
    at = later(minutes)
    return Observation(plane, mac, addresses, location, at, at, Confidence.SINGLE, ())


def test_of_several_sweeps_the_newest_counts_and_the_first_is_remembered() -> None:
    (one,) = current([seen(1, "10.2.0.5"), seen(1, "10.2.0.6", minutes=30)], Filed())
    assert (str(one.ips[0]), one.first_seen, one.last_seen) == ("10.2.0.6", AT, later(30))


def test_an_address_held_by_a_card_is_not_counted_again() -> None:
    assert current([seen(None, "10.2.0.5"), seen(1, "10.2.0.5")], Filed()) == (seen(1, "10.2.0.5"),)


def test_a_card_is_not_counted_again_in_the_default_plane() -> None:
    assert current([seen(1, minutes=5), seen(1, "10.2.0.5", plane="fiscal")], Filed()) == (
        seen(1, "10.2.0.5", plane="fiscal"),
    )


def test_a_filed_gateway_is_no_endpoint() -> None:
    records = Filed(prefixes=(PrefixView(ip_network("10.2.0.0/24"), "EDU", "public", gateway=ip_address("10.2.0.1")),))
    assert current([seen(1, "10.2.0.1", "fe80::1"), seen(2, "10.2.0.1", "10.2.0.7")], records) == (
        seen(2, "10.2.0.1", "10.2.0.7"),
    )


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([("10.1.0.0/24", 254)], 254),
        ([("10.1.0.0/24", 254), ("10.1.0.0/27", 30), ("10.1.0.32/27", 30)], 254),
        ([("10.1.0.0/24", 40), ("10.1.0.0/27", 30), ("10.1.0.32/27", 30)], 60),
        ([("10.1.0.0/24", 1), ("10.1.0.0/25", 5), ("10.1.0.0/26", 9), ("10.1.0.128/25", 2)], 11),
        ([("10.1.0.0/24", 254), ("10.2.0.0/24", 3), ("2001:db8::/120", 7)], 264),
    ],
)
def test_addresses_that_several_sweeps_probed_count_once(blocks: list[tuple[str, int]], expected: int) -> None:
    asked = tuple(ScannedBlock("public", ip_network(network), count, 0) for network, count in blocks)
    for order in (asked, asked[::-1]):
        assert reconcile(Filed(), (), FactSet(blocks=order), as_of=AT).coverage.addresses_probed == expected
    planes = (*asked, *(replace(block, plane="vpn") for block in asked))
    assert reconcile(Filed(), (), FactSet(blocks=planes), as_of=AT).coverage.addresses_probed == 2 * expected


def test_a_filing_joins_card_and_address_where_no_arp_table_does() -> None:
    def seen(mac: Mac | None, *ips: str, plane: str = "public") -> Observation:
        where = Location(mac, Verdict.L3_ONLY if mac else Verdict.PROBE_ONLY, None)
        return Observation(plane, mac, tuple(map(ip_address, ips)), where, AT, AT, Confidence.SINGLE, ())

    records = Filed(
        units=(UnitView("EDU", "Education"),),
        prefixes=(PrefixView(ip_network("10.2.0.0/24"), "EDU", "vpn"),),
        registrations=(
            replace(filing(1, "EDU", "10.2.0.5", 1), plane="vpn"),
            replace(filing(2, "EDU", "10.2.0.6", 2), plane="vpn", state=RegistrationState.CANCELLED),
        ),
    )
    # The first station as its switch and as a probe saw it; the second one's filing is void, the third one has none.
    saw = [seen(X), seen(None, "10.2.0.5", plane="vpn"), seen(Y), seen(None, "10.2.0.6", plane="vpn"), seen(Z)]
    for order in (saw, saw[::-1]):
        found = reconcile(records, order, FactSet(), as_of=AT)
        joined = [one for each in found.units for one in each.findings if one.status is Status.REGISTERED]
        assert [(one.observation.mac, one.observation.ips) for one in joined] == [(X, (ip_address("10.2.0.5"),))]
        assert joined[0].observation.confidence is Confidence.CONFIRMED
        assert sum(each.observed for each in found.units) == 4
