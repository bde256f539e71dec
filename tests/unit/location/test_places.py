"""Where stations are, one drawn network per story. ``u`` is the uplink, ``X`` the station asked about."""

from __future__ import annotations

import pytest

from inventory.model.coverage import Completeness, Table
from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.location import Place, Verdict
from inventory.model.records import DeviceRole
from inventory.model.values import Mac
from tests.simulator.story import AGGREGATE, VLAN_INTERFACE, Story, later, station

X, Y, Z = station(1), station(2), station(3)


def two_level(*, read: bool = True) -> tuple[Story, Mac, Mac]:
    r"""Core over one access switch.

    ::

        core ──2── u sw ──5── X
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    switch = story.device("sw", read=read)
    story.learn("core", 2, switch)
    if read:
        story.learn("sw", 1, core)
    return story, core, switch


def test_exact_on_the_access_port_with_the_rule_that_removed_the_core() -> None:
    story, _, _ = two_level()
    story.learn("core", 2, X)
    story.learn("sw", 5, X)
    story.resolve("core", "10.1.0.5", X)
    found = story.where(X)
    assert (found.verdict, found.place, found.vlan) == (Verdict.EXACT, Place("sw", "GE0/0/5", 5), 10)
    assert found.gateway == "core"
    assert [(gone.place.device, gone.rule) for gone in found.removed] == [("core", "transit")]
    assert str(found.removed[0].because) == "sw lies behind GE0/0/2 of core and holds the address itself"
    assert {line.source for line in found.evidence} == {"snmp:ipNetToPhysicalTable", "snmp:dot1qTpFdbTable"}


def test_the_same_address_on_other_switches_uplinks_is_removed() -> None:
    r"""A broadcast of X was learned everywhere.

    ::

        core ─┬─2── u sw ──5── X
              └─3── u other
    """
    story, core, _ = two_level()
    other = story.device("other")
    story.learn("core", 3, other)
    story.learn("other", 1, core, X)
    story.learn("core", 2, X)
    story.learn("sw", 5, X)
    found = story.where(X)
    assert found.place == Place("sw", "GE0/0/5", 5)
    assert [(gone.place.device, gone.rule) for gone in found.removed] == [("core", "transit")]


def test_bounded_when_the_nearer_switch_does_not_hold_it_now() -> None:
    story, _, _ = two_level()
    story.learn("core", 2, X)
    found = story.where(X)
    assert (found.verdict, found.place, found.behind) == (Verdict.BOUNDED, Place("core", "GE0/0/2", 2), ("sw",))


def test_bounded_behind_a_registered_switch_that_was_not_read() -> None:
    r"""Nothing of ``sw`` was read, but the gateway resolved its management address.

    ::

        core ──2── (sw, unread) ── X
    """
    story = Story()
    story.device("core", DeviceRole.CORE)
    mac = story.device("sw", read=False, address="10.9.0.2")
    story.resolve("core", "10.9.0.2", mac)
    story.learn("core", 2, mac, X)
    found = story.where(X)
    assert (found.verdict, found.place, found.behind) == (Verdict.BOUNDED, Place("core", "GE0/0/2", 2), ("sw",))
    assert story.locate().of(mac) is None


def test_bounded_behind_a_bridge_that_nobody_registered() -> None:
    story, _, _ = two_level()
    story.hear("sw", 5, station(77), "1", name="TL-SG108E")
    story.learn("core", 2, X)
    story.learn("sw", 5, X)
    found = story.where(X)
    assert (found.verdict, found.behind) == (Verdict.BOUNDED, ())
    assert any(line.source == "snmp:lldpRemTable" for line in found.evidence)


def test_the_stranger_itself_sits_on_the_port() -> None:
    """An access point announces itself as a bridge: it is exact, what it carries is bounded."""
    story, _, _ = two_level()
    story.hear("sw", 5, X, "eth0", name="AP-17")
    story.learn("sw", 5, X, Y)
    assert story.where(X).verdict is Verdict.EXACT
    assert story.where(Y).verdict is Verdict.BOUNDED


def test_several_stations_on_an_edge_port_are_exact_and_share_it() -> None:
    r"""An unmanaged switch.

    ::

        core ──2── u sw ──5── [dumb] ─┬─ X
                                      ├─ Y
                                      └─ Z
    """
    story, _, _ = two_level()
    story.learn("core", 2, X, Y, Z)
    story.learn("sw", 5, X, Y, Z)
    found = story.where(Y)
    assert (found.verdict, found.shares_port_with) == (Verdict.EXACT, 2)


def test_a_station_beside_a_managed_switch_on_a_dumb_one_is_exact() -> None:
    r"""``sw`` sees X come from its uplink's side, so X is not behind ``sw``.

    ::

        core ──2── [dumb] ─┬─ u sw
                           └─ X
    """
    story, _, _ = two_level()
    story.learn("core", 2, X)
    story.learn("sw", 1, X)
    found = story.where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("core", "GE0/0/2", 2))
    assert [(gone.place.device, gone.rule) for gone in found.removed] == [("sw", "root-port")]


def test_cascaded_switch_without_lldp_known_by_its_identity() -> None:
    r"""Three levels, no LLDP.

    ::

        core ──2── u sw ──9── u leaf ──4── X
    """
    story, core, switch = two_level()
    leaf = story.device("leaf")
    story.learn("core", 2, leaf, X)
    story.learn("sw", 9, leaf, X)
    story.learn("leaf", 1, core, switch)
    story.learn("leaf", 4, X)
    found = story.where(X)
    assert found.place == Place("leaf", "GE0/0/4", 4)
    assert {gone.rule for gone in found.removed} == {"transit"}


def test_switch_without_lldp_and_identity_known_by_its_stations() -> None:
    """Three stations of ``sw`` on one port of the core say that it lies there."""
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.device("sw")
    story.learn("sw", 1, core)
    for number in range(10, 14):
        story.learn("core", 2, station(number))
        story.learn("sw", number - 5, station(number))
    story.learn("core", 2, X)
    assert story.where(station(11)).place == Place("sw", "GE0/0/6", 6)
    found = story.where(X)
    assert (found.verdict, found.behind) == (Verdict.BOUNDED, ("sw",))
    assert any(line.source == "location:station-overlap" for line in found.evidence)


def test_one_common_station_removes_nothing_but_makes_neighbours_unsure() -> None:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.device("sw")
    story.learn("sw", 1, core)
    story.learn("core", 2, X, Y)
    story.learn("sw", 5, X)
    assert story.where(X).verdict is Verdict.AMBIGUOUS
    assert story.where(Y).verdict is Verdict.BOUNDED


@pytest.mark.parametrize("side", ["upper", "lower"])
def test_lldp_heard_on_one_side_only_is_enough(side: str) -> None:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    switch = story.device("sw")
    story.learn("sw", 1, core)
    if side == "upper":
        story.hear("core", 2, switch, "GE0/0/1")
    else:
        story.hear("sw", 1, core, "GE0/0/2")
    story.learn("core", 2, X)
    assert story.where(X).behind == ("sw",)


def test_uplink_from_lldp_where_no_gateway_was_learned() -> None:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    switch = story.device("sw")
    story.hear("sw", 1, core, "GE0/0/2")
    story.learn("core", 2, switch, X, Y)
    story.learn("sw", 1, Y)
    story.learn("sw", 5, X)
    assert story.where(X).place == Place("sw", "GE0/0/5", 5)
    assert story.locate().roles.uplinks["sw"] == {1}


def test_nothing_is_exact_on_a_switch_whose_uplink_is_unknown() -> None:
    """One switch, no gateway anywhere: any port may be the uplink."""
    story = Story()
    story.device("sw")
    story.learn("sw", 5, X)
    found = story.where(X)
    assert (found.verdict, found.alternatives) == (Verdict.AMBIGUOUS, (Place("sw", "GE0/0/5", 5),))


def test_virtual_router_shows_the_uplink_and_is_no_station() -> None:
    story = Story()
    story.device("sw")
    virtual = Mac.parse("00005e00010a")
    story.learn("sw", 1, virtual)
    story.learn("sw", 5, X)
    assert story.where(X).verdict is Verdict.EXACT
    assert story.locate().of(virtual) is None


def test_same_address_on_two_switches_is_ambiguous_with_both_listed() -> None:
    r"""A cloned MAC.

    ::

        core ─┬─2── u sw ──5── X
              └─3── u other ──6── X
    """
    story, core, _ = two_level()
    other = story.device("other")
    story.learn("core", 3, other, X)
    story.learn("other", 1, core)
    story.learn("other", 6, X)
    story.learn("sw", 5, X)
    found = story.where(X)
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.place is None
    assert found.alternatives == (Place("other", "GE0/0/6", 6), Place("sw", "GE0/0/5", 5))


def test_two_ports_of_one_switch_in_one_read_are_ambiguous() -> None:
    story, _, _ = two_level()
    story.learn("sw", 5, X)
    story.learn("sw", 6, X)
    assert story.where(X).alternatives == (Place("sw", "GE0/0/5", 5), Place("sw", "GE0/0/6", 6))


def test_the_newer_of_two_reads_wins() -> None:
    story, _, _ = two_level()
    story.learn("sw", 5, X)
    story.learn("sw", 6, X, at=later(5))
    assert story.where(X).place == Place("sw", "GE0/0/6", 6)


def test_a_report_that_contradicts_the_tree_makes_it_ambiguous() -> None:
    """X is on ``sw`` behind port 2 of the core, but the core learned it on port 7 (it moved, or a loop)."""
    story, _, _ = two_level()
    story.learn("core", 7, X)
    story.learn("sw", 5, X)
    assert story.where(X).verdict is Verdict.AMBIGUOUS


def test_known_only_to_the_gateway_is_l3_only() -> None:
    story, _, _ = two_level()
    story.resolve("core", "10.1.0.5", X)
    found = story.where(X)
    assert (found.verdict, found.place, found.gateway) == (Verdict.L3_ONLY, None, "core")


def test_known_only_to_a_probe_on_the_link_is_probe_only() -> None:
    story, _, _ = two_level()
    story.alive("10.1.0.5", X)
    assert story.where(X).verdict is Verdict.PROBE_ONLY


def test_seen_only_towards_the_core_is_not_lost() -> None:
    story, _, _ = two_level()
    story.learn("sw", 1, X)
    found = story.where(X)
    assert (found.verdict, found.alternatives) == (Verdict.AMBIGUOUS, (Place("sw", "GE0/0/1", 1),))
    story.resolve("core", "10.1.0.5", X)
    found = story.where(X)
    assert found.verdict is Verdict.L3_ONLY
    assert [gone.rule for gone in found.removed] == ["root-port"]


def test_unmapped_port_places_nothing_and_is_evidence() -> None:
    story, _, _ = two_level()
    story.learn("sw", None, X)
    found = story.where(X)
    assert (found.verdict, found.alternatives) == (Verdict.AMBIGUOUS, ())
    assert [line.row for line in found.evidence] == [f"mac={X} port=unmapped raw=99 vlan=10 status=learned"]


@pytest.mark.parametrize(("if_type", "up", "rule"), [(VLAN_INTERFACE, True, "virtual-port"), (6, False, "port-down")])
def test_ports_no_cable_ends_on_are_no_places(if_type: int, up: bool, rule: str) -> None:  # noqa: FBT001 -- a table row
    story, _, _ = two_level()
    story.interface("sw", 5, if_type=if_type, up=up)
    story.learn("sw", 5, X)
    story.resolve("core", "10.1.0.5", X)
    found = story.where(X)
    assert found.verdict is Verdict.L3_ONLY
    assert [gone.rule for gone in found.removed] == [rule]


def test_only_learned_rows_place() -> None:
    story, _, _ = two_level()
    story.learn("sw", 5, X, status=FdbStatus.MGMT)
    assert story.locate().of(X) is None


def test_a_router_without_forwarding_table_hides_nothing() -> None:
    r"""A unit's own router and a station on one dumb switch.

    ::

        core ──2── u sw ──5── [dumb] ─┬─ router (read, no forwarding table)
                                      └─ X
    """
    story, _, _ = two_level()
    router = story.device("router", DeviceRole.ROUTER)
    story.covered("router", Table.FDB, completeness=Completeness.UNSUPPORTED, rows=0)
    for number in range(20, 30):
        story.resolve("core", f"10.1.0.{number}", station(number))
    story.learn("core", 2, router, X)
    story.learn("sw", 5, router, X)
    assert story.where(X).place == Place("sw", "GE0/0/5", 5)
    story.coverage.clear()
    assert story.where(X).verdict is Verdict.BOUNDED


def test_a_read_switch_that_nothing_places_may_hide_behind_any_port_of_the_core() -> None:
    """``lost`` was read, but no identity, no LLDP and no station tells where it hangs: X may be on it."""
    story, core, _ = two_level()
    story.device("lost")
    story.learn("lost", 1, core)
    story.learn("lost", 5, Y)
    story.learn("core", 3, X)
    found = story.where(X)
    assert (found.verdict, found.place) == (Verdict.BOUNDED, Place("core", "GE0/0/3", 3))
    assert any(line.source == "location:unplaced-device" for line in found.evidence)
    story.learn("lost", 1, X)
    assert story.where(X).verdict is Verdict.EXACT


def test_neighbour_heard_on_a_blocked_port_is_not_the_way_to_it() -> None:
    r"""A ring: the core hears ``sw`` on port 7, where spanning tree lets nothing through.

    ::

        core ─┬─2── u sw ──5── X
              └─7── (blocked) sw
    """
    story, _, switch = two_level()
    story.facts = [fact for fact in story.facts if not (isinstance(fact, FdbRow) and fact.mac == switch)]
    story.hear("core", 7, switch, "GE0/0/8")
    stations = [station(number) for number in range(20, 23)]
    story.learn("core", 2, X, *stations)
    story.learn("sw", 5, X, *stations)
    assert story.where(X).place == Place("sw", "GE0/0/5", 5)


def test_neighbour_heard_on_a_member_makes_the_aggregate_unsure() -> None:
    """LLDP names the member port, stations are learned on the aggregate: which one leads there is not known."""
    story, _, switch = two_level()
    story.facts = [fact for fact in story.facts if not (isinstance(fact, FdbRow) and fact.mac == switch)]
    story.interface("core", 8, if_type=AGGREGATE, name="Eth-Trunk1")
    story.hear("core", 3, switch, "GE0/0/1")
    story.learn("core", 8, X)
    assert story.where(X).verdict is Verdict.BOUNDED


def test_a_row_without_vlan_on_one_of_two_uplinks_does_not_clear_a_switch() -> None:
    r"""A ring in which each of two spanning trees is cut elsewhere; ``mid`` does not tell VLANs and sees X on ``1``.

    ``1`` leads to the core in one VLAN and to X in the other: that X is on the port of ``far`` itself is not known.

    ::

        core ──2── 1 low 2 ──1── 1 mid 2 ──2── 2 far 1 ──3── core
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    low, mid, far = (story.device(name) for name in ("low", "mid", "far"))
    story.learn("core", 2, low, mid, vlan=1)
    story.learn("core", 3, far, X, vlan=10)
    story.learn("low", 1, core, vlan=1)
    story.learn("mid", 1, core, far, X, vlan=None)
    story.learn("mid", 2, core, vlan=None)
    story.learn("far", 1, core, vlan=10)
    story.learn("far", 2, X, vlan=10)
    story.hear("far", 2, mid, "GE0/0/2")
    found = story.where(X)
    assert (found.verdict, found.place) == (Verdict.BOUNDED, Place("far", "GE0/0/2", 2))


def fan(*ports: int) -> Story:
    r"""A ring with two spanning trees: VLAN 10 goes over ``a``, VLAN 8 over ``b``, and so do the switches' own frames.

    ::

        core ──2── 1 a 2 ──1── 1 b 9 ──3── core
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    near, far = story.device("a"), story.device("b")
    story.learn("core", 2, near, vlan=1)
    story.learn("core", 3, far, vlan=1)
    story.learn("a", 1, core, far, vlan=1)
    story.learn("b", 9, core, near, vlan=1)
    story.learn("a", 1, core, vlan=10)
    story.learn("b", 1, core, vlan=10)
    story.learn("a", 2, core, vlan=8)
    story.learn("b", 9, core, vlan=8)
    for number in range(50, 54):
        mac = station(number)
        story.learn("a", number - 45, mac, vlan=8)
        story.learn("b", 1, mac, vlan=8)
        story.learn("core", 3, mac, vlan=8)
        story.resolve("core", f"10.1.0.{number}", mac)
    for number, port in enumerate(ports, start=1):
        mac = station(number)
        story.learn("b", port, mac)
        story.learn("a", 2, mac)
        story.learn("core", 2, mac)
        story.resolve("core", f"10.1.0.{number}", mac)
    return story


def test_whoever_fans_out_in_the_vlan_lies_behind_the_port() -> None:
    found = fan(5, 6, 7).where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("b", "GE0/0/5", 5))
    assert ("a", "transit") in [(gone.place.device, gone.rule) for gone in found.removed]


def test_two_ports_may_be_a_move() -> None:
    assert fan(5, 6, 6, 6).where(X).verdict is Verdict.AMBIGUOUS
