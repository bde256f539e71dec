"""What an earlier sweep knew holds until a complete read says otherwise."""

from __future__ import annotations

from ipaddress import ip_address

from inventory.model.location import Evidence, Location, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.values import Mac
from inventory.reconcile.history import history
from inventory.reconcile.standing import standing
from tests.unit.reconcile.looks import A, look, port, seen, when

ONE = port("sw-1", 7)
ALL = ("core", "sw-1", "sw-2")
GOING = history([look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL)])


def observed(location: Location, *ips: str, mac: str | None = A, sweep: int = 2) -> Observation:
    row = Evidence("probe:icmp", None, when(sweep), "x")
    found = tuple(ip_address(ip) for ip in ips)
    card = Mac(mac) if mac else None
    return Observation("public", card, found, location, when(sweep), when(sweep), Confidence.SINGLE, (row,))


def test_a_sweep_without_gateways_does_not_hide_the_address() -> None:
    (found,) = standing([observed(Location(Mac(A), Verdict.EXACT, ONE))], GOING, when(0))
    assert [str(ip) for ip in found.ips] == ["10.0.0.5"]
    assert (found.location.gateway, found.first_seen, found.last_seen) == ("core", when(1, 10), when(2))
    assert found.confidence is Confidence.CONFIRMED
    assert found.evidence[-1].at == when(1, 10)


def test_a_sweep_without_switches_does_not_hide_the_port() -> None:
    (found,) = standing([observed(Location(Mac(A), Verdict.L3_ONLY, None, gateway="core"), "10.0.0.5")], GOING, when(0))
    assert (found.location.verdict, found.location.place) == (Verdict.EXACT, ONE)
    assert found.location.evidence[-1].device == "sw-1"


def test_what_forgot_it_tonight_knew_it_by_day() -> None:
    above = Location(Mac(A), Verdict.BOUNDED, port("core", 1), behind=("sw-1",))
    (found,) = standing([observed(above)], GOING, when(0))
    assert (found.location.verdict, found.location.place) == (Verdict.BOUNDED, port("core", 1))
    assert (found.location.last, found.location.last_at) == (ONE, when(1, 10))


def test_an_exact_place_that_is_not_behind_the_port_is_not_the_last_one() -> None:
    elsewhere = Location(Mac(A), Verdict.BOUNDED, port("core", 2), behind=("sw-2",))
    (found,) = standing([observed(elsewhere)], GOING, when(0))
    assert found.location.last is None


def test_a_better_answer_of_now_stays() -> None:
    here = Location(Mac(A), Verdict.EXACT, port("sw-2", 3))
    (found,) = standing([observed(here)], GOING, when(0))
    assert found.location.place == here.place


def test_a_port_that_led_to_a_switch_nobody_read_now_is_no_exact_place() -> None:
    above = port("core", 5)
    going = history([look(1, seen(1, A, ONE, passed=(above,)), read=ALL), look(2, seen(2, A, above), read=("core",))])
    (found,) = standing([observed(Location(Mac(A), Verdict.EXACT, above, shares_port_with=7))], going, when(0))
    assert (found.location.verdict, found.location.place, found.location.behind) == (
        Verdict.BOUNDED,
        above,
        ("sw-1",),
    )
    assert (found.location.last, found.location.shares_port_with) == (ONE, 0)
    assert found.evidence[-1].device == "sw-1"


def test_two_places_that_nothing_ended_are_both_told() -> None:
    going = history([look(1, seen(1, A, ONE), read=ALL), look(2, seen(2, A, port("sw-2", 3)), read=("sw-2",))])
    (found,) = standing([observed(Location(Mac(A), Verdict.L3_ONLY, None), sweep=3)], going, when(0))
    assert (found.location.verdict, len(found.location.alternatives)) == (Verdict.AMBIGUOUS, 2)


def test_an_answer_of_its_address_is_the_cards() -> None:
    bare = observed(Location(None, Verdict.PROBE_ONLY, None), "10.0.0.5", mac=None, sweep=3)
    card = observed(Location(Mac(A), Verdict.EXACT, ONE))
    (found,) = standing([bare, card], GOING, when(0))
    assert (found.mac, found.last_seen, [str(ip) for ip in found.ips]) == (Mac(A), when(3), ["10.0.0.5"])


def test_what_is_older_than_the_window_does_not_count() -> None:
    card = observed(Location(Mac(A), Verdict.EXACT, ONE))
    assert standing([card], GOING, when(2)) == (card,)
    assert standing([card], (), when(0)) == (card,)
