"""Who is there: rows joined to endpoints."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.model.facts import ArpKind, ProbeKind, Sighting
from inventory.model.location import Place, Verdict
from inventory.model.observation import Confidence
from inventory.model.records import DeviceRole
from inventory.model.sightings import DOUBT
from inventory.model.sources import EMBEDDED
from inventory.model.values import Mac
from inventory.reconcile.identity import observe, proxy_group
from tests.simulator.story import Story, later, station

if TYPE_CHECKING:
    from inventory.model.observation import Observation

X, Y = station(1), station(2)


def seen(story: Story) -> dict[str, Observation]:
    return {one.key[1]: one for one in observe(story.factset(), story.locate(), story.devices)}


def network() -> Story:
    r"""A routing core over one switch.

    ::

        core ──2── u sw ──5── stations
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE, address="10.1.0.1")
    switch = story.device("sw")
    story.learn("core", 2, switch)
    story.learn("sw", 1, core)
    return story


def test_arp_and_forwarding_agree_and_both_families_merge() -> None:
    story = network()
    story.resolve("core", "10.1.0.5", X)
    story.resolve("core", "2001:db8::5", X, at=later(1))
    story.resolve("core", "fe80::5", X)
    story.learn("sw", 5, X, at=later(2))
    story.learn("core", 2, X)
    one = seen(story)[str(X)]
    assert [str(ip) for ip in one.ips] == ["10.1.0.5", "2001:db8::5", "fe80::5"]
    assert (one.confidence, one.location.verdict) == (Confidence.CONFIRMED, Verdict.EXACT)
    assert (one.first_seen, one.last_seen) == (later(0), later(2))
    assert [line.source for line in one.evidence].count("snmp:ipNetToPhysicalTable") == 3
    assert one.evidence[-1].source == "snmp:dot1qTpFdbTable"


def test_address_answering_without_mac_joins_the_mac_that_holds_it() -> None:
    story = network()
    story.resolve("core", "10.1.0.5", X)
    story.alive("10.1.0.5")
    found = seen(story)
    assert list(found) == [str(X)]
    assert found[str(X)].confidence is Confidence.CONFIRMED


def test_silent_to_probes_is_seen_by_its_gateway() -> None:
    story = network()
    story.resolve("core", "10.1.0.5", X)
    one = seen(story)[str(X)]
    assert (one.confidence, one.location.verdict, one.location.gateway) == (Confidence.SINGLE, Verdict.L3_ONLY, "core")


def test_known_to_a_forwarding_table_only_has_no_address_and_is_not_lost() -> None:
    story = network()
    story.learn("sw", 5, X)
    story.learn("sw", 1, Y)
    found = seen(story)
    assert found[str(X)].ips == ()
    assert found[str(X)].plane == "public"
    assert found[str(Y)].location.verdict is Verdict.AMBIGUOUS


def test_link_local_alone_does_not_hide_a_card() -> None:
    story = network()
    story.resolve("core", "fe80::5", X)
    assert seen(story)[str(X)].ips == (ip_address("fe80::5"),)


def test_alive_without_any_mac_is_keyed_by_address_and_plane() -> None:
    story = network()
    story.alive("10.8.0.9", plane="fiscal")
    story.alive("10.8.0.9", plane="fiscal", probe=ProbeKind.TCP, at=later(1))
    one = seen(story)["10.8.0.9"]
    assert (one.plane, one.mac, one.location.verdict) == ("fiscal", None, Verdict.PROBE_ONLY)
    assert [line.source for line in one.evidence] == ["probe:icmp", "probe:tcp"]


def test_the_network_itself_is_no_endpoint() -> None:
    """Gateway addresses, switches (read or not), virtual routers and local ARP rows."""
    story = network()
    unread = story.device("unread", read=False, address="10.1.0.9")
    virtual = Mac.parse("00005e000101")
    story.resolve("core", "10.1.0.9", unread)
    story.resolve("core", "10.1.0.254", virtual)
    story.resolve("core", "10.1.0.253", station(50), kind=ArpKind.LOCAL)
    story.learn("core", 2, virtual, unread, station(50))
    for ip in ("10.1.0.1", "10.1.0.9", "10.1.0.254", "10.1.0.253"):
        story.alive(ip)
    assert seen(story) == {}


def test_two_cards_on_one_address_share_it() -> None:
    story = network()
    story.resolve("core", "10.1.0.5", X)
    story.resolve("core", "10.1.0.5", Y, at=later(3))
    story.alive("10.1.0.5")
    found = seen(story)
    assert found[str(X)].shared_ips == found[str(Y)].shared_ips == (ip_address("10.1.0.5"),)
    assert found[str(X)].confidence is Confidence.SINGLE


def test_same_address_in_two_planes_is_two_endpoints() -> None:
    story = network()
    story.resolve("core", "192.168.1.5", X, plane="unit-lan:a")
    story.resolve("core", "192.168.1.5", Y, plane="unit-lan:b")
    assert {(one.plane, one.shared_ips) for one in seen(story).values()} == {("unit-lan:a", ()), ("unit-lan:b", ())}


def test_static_arp_entry_is_configuration_until_the_address_answers() -> None:
    story = network()
    story.resolve("core", "10.1.0.5", X, kind=ArpKind.STATIC)
    assert seen(story) == {}
    story.alive("10.1.0.5")
    assert list(seen(story)) == [str(X)]


def test_proxy_arp_stays_one_endpoint_and_says_so() -> None:
    story = network()
    for number in range(10, 40):
        story.resolve("core", f"10.1.0.{number}", X)
    found = seen(story)
    assert list(found) == [str(X)]
    assert proxy_group(found[str(X)])
    assert any(line.row.endswith(" addresses=30") for line in found[str(X)].evidence)


def test_router_answering_for_somebody_behind_it_hides_nobody() -> None:
    """The router lists its own addresses, and this one is not among them."""
    story = network()
    router = story.device("router", DeviceRole.ROUTER, address="10.1.0.2")
    story.resolve("core", "10.1.0.77", router)
    story.alive("10.1.0.77")
    assert list(seen(story)) == ["10.1.0.77"]


def test_card_known_to_a_forwarding_table_takes_the_plane_arp_tells() -> None:
    story = network()
    story.resolve("core", "10.8.0.5", X, plane="fiscal")
    story.learn("sw", 5, X)
    assert [(one.plane, one.confidence) for one in seen(story).values()] == [("fiscal", Confidence.CONFIRMED)]


def test_who_answers_only_as_a_firewall_would_for_all_is_nobody() -> None:
    story = network()
    for ip in ("10.1.0.6", "10.1.0.7"):
        story.alive(ip)
    facts = story.factset()
    (first, second) = facts.sightings
    doubted = replace(first, detail=f"{first.detail}{DOUBT}")
    found = observe(replace(facts, sightings=(first, doubted, second)), story.locate(), story.devices)
    assert [str(one.ips[0]) for one in found] == ["10.1.0.7"]


def answers(story: Story, ip: str, detail: str) -> None:
    story.facts.append(Sighting("public", ip_address(ip), None, ProbeKind.UDP, detail, later(1)))


def test_an_answer_that_names_its_card_is_the_card_a_switch_knows() -> None:
    """No gateway was read: without the claim there would be an address and a card."""
    story = network()
    story.learn("sw", 5, X)
    story.alive("10.1.0.5")
    answers(story, "10.1.0.5", f"udp/137 name=PC-5 group=OFFICE mac={X}")
    found = seen(story)
    assert set(found) == {str(X)}
    one = found[str(X)]
    assert (one.ips, one.confidence) == ((ip_address("10.1.0.5"),), Confidence.CONFIRMED)
    assert one.location.place == Place("sw", "GE0/0/5", 5)
    assert {line.source for line in one.evidence} >= {"probe:icmp", "probe:udp", "snmp:dot1qTpFdbTable"}


def test_a_claim_is_not_believed_against_a_gateway_nor_of_an_unknown_card_nor_twice() -> None:
    story = network()
    story.learn("sw", 5, X)
    story.resolve("core", "10.1.0.5", Y)
    answers(story, "10.1.0.5", f"udp/137 name=PC-5 mac={X}")
    assert seen(story)[str(Y)].ips == (ip_address("10.1.0.5"),)
    assert seen(story)[str(X)].ips == ()
    answers(story, "10.1.0.6", f"udp/137 name=PC-6 mac={station(99)}")
    answers(story, "10.1.0.7", f"udp/137 name=PC-7 mac={X}")
    answers(story, "10.1.0.7", f"udp/137 name=PC-7 mac={station(98)}")
    assert {"10.1.0.6", "10.1.0.7"} <= set(seen(story))


def test_an_address_made_of_a_card_is_the_cards() -> None:
    """No gateway was read; modified EUI-64 (RFC 4291, appendix A) turns the second bit and puts ff:fe in the middle."""
    story = network()
    story.learn("sw", 5, X)
    story.alive("2001:db8::3e52:82ff:fe00:1")
    story.alive("2001:db8::3e52:82ff:fe00:99")
    found = seen(story)
    assert set(found) == {str(X), "2001:db8::3e52:82ff:fe00:99"}
    assert [str(ip) for ip in found[str(X)].ips] == ["2001:db8::3e52:82ff:fe00:1"]
    assert EMBEDDED in {line.source for line in found[str(X)].evidence}
