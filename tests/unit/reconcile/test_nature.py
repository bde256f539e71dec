"""Cards and addresses that are not one station's own: clusters, made-up cards, those that answer for others."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from inventory.model.clusters import host_of, is_first_address
from inventory.model.facts import ArpKind, ProbeKind
from inventory.model.location import Place, Verdict
from inventory.model.nature import Nature, nature
from inventory.model.observation import Status
from inventory.model.records import Filed, RegistrationView, UnitView
from inventory.model.sources import TWO_PLACES
from inventory.model.values import Mac
from inventory.reconcile.identity import observe
from inventory.reconcile.result import reconcile
from tests.simulator.story import AT, Story, station
from tests.unit.reconcile.test_identity import network, seen

if TYPE_CHECKING:
    from inventory.model.observation import Observation, UnitResult

CLUSTER_IP, FIRST_IP, SECOND_IP = "10.1.0.100", "10.1.0.101", "10.1.0.102"
UNICAST = Mac.parse("02bf0a010064")
HOSTS = (Mac.parse("02010a010064"), Mac.parse("02020a010064"))


def unicast_cluster(*, switch: bool = True) -> Story:
    """Two hosts on their ports of one switch; the gateway resolves all three addresses to the shared card."""
    story = network()
    for ip in (CLUSTER_IP, FIRST_IP, SECOND_IP):
        story.resolve("core", ip, UNICAST)
    if switch:
        for port, host in enumerate(HOSTS, start=5):
            story.learn("sw", port, host)
            story.learn("core", 2, host)
    return story


def unit_of(story: Story, *registrations: RegistrationView) -> UnitResult:
    facts = story.factset()
    filed = Filed(units=(UnitView("U", "Unit"),), devices=tuple(story.devices), registrations=registrations)
    result = reconcile(filed, observe(facts, story.locate(), story.devices), facts, as_of=AT)
    return next(unit for unit in result.units if unit.findings)


def natures(found: dict[str, Observation]) -> dict[str, Nature | None]:
    return {key: nature(one) for key, one in found.items()}


def test_hosts_of_a_cluster_are_endpoints_and_what_they_share_is_none() -> None:
    """Microsoft NLB in unicast mode: no switch learns 02-BF, hosts send from 02-01 and 02-02."""
    story = unicast_cluster()
    found = seen(story)
    shared = dict.fromkeys((CLUSTER_IP, FIRST_IP, SECOND_IP), Nature.CLUSTER)
    assert natures(found) == {**shared, **dict.fromkeys(map(str, HOSTS), Nature.CLUSTER_HOST)}
    assert [found[str(host)].location.place for host in HOSTS] == [
        Place("sw", f"GE0/0/{port}", port) for port in (5, 6)
    ]
    assert found[CLUSTER_IP].location.verdict is Verdict.L3_ONLY
    unit = unit_of(story)
    assert (unit.observed, unit.unregistered, unit.registered_observed) == (2, 2, 0)
    assert {str(f.observation.ips[0]) for f in unit.findings if f.status is Status.VIRTUAL} == set(shared)


def test_without_a_switch_only_the_address_the_card_is_made_of_is_shared() -> None:
    """The others may be the hosts' own: each counts until a switch shows the hosts."""
    found = seen(unicast_cluster(switch=False))
    assert natures(found) == {
        CLUSTER_IP: Nature.CLUSTER,
        FIRST_IP: Nature.CLUSTER_HOST,
        SECOND_IP: Nature.CLUSTER_HOST,
    }
    assert unit_of(unicast_cluster(switch=False)).unregistered == 2


@pytest.mark.parametrize("card", ["03bf0a010064", "01005e7f0064"])
@pytest.mark.parametrize("kind", [ArpKind.DYNAMIC, ArpKind.STATIC])
def test_a_multicast_cluster_is_one_shared_address_and_its_hosts_keep_their_cards(card: str, kind: ArpKind) -> None:
    """Many routers refuse such an answer and need a static entry: then the address has to answer somebody."""
    story = network()
    story.resolve("core", CLUSTER_IP, Mac.parse(card), kind=kind)
    if kind is ArpKind.STATIC:
        assert seen(story) == {}
        story.alive(CLUSTER_IP)
    story.resolve("core", FIRST_IP, station(1))
    story.learn("sw", 5, station(1))
    assert natures(seen(story)) == {CLUSTER_IP: Nature.CLUSTER, str(station(1)): None}


def test_a_cluster_heard_on_the_local_link_is_the_same() -> None:
    story = network()
    story.alive(CLUSTER_IP, UNICAST, probe=ProbeKind.ARP)
    assert natures(seen(story)) == {CLUSTER_IP: Nature.CLUSTER}


def test_a_cluster_whose_hosts_do_not_mask_their_card_is_no_duplicate() -> None:
    """MaskSourceMAC off: the shared card is learned on every host's port, in turns."""
    story = unicast_cluster(switch=False)
    story.learn("sw", 5, UNICAST)
    story.learn("sw", 6, UNICAST)
    assert all(line.source != TWO_PLACES for one in seen(story).values() for line in one.evidence)
    assert str(UNICAST) not in seen(story)


def test_a_random_card_that_begins_like_a_clusters_is_a_station() -> None:
    story = network()
    story.resolve("core", "10.1.0.7", UNICAST)
    story.resolve("core", "10.1.0.8", HOSTS[0])
    assert natures(seen(story)) == {str(UNICAST): Nature.LOCAL, str(HOSTS[0]): Nature.LOCAL}


def test_a_filed_shared_address_is_registered_and_counts() -> None:
    filing = RegistrationView(1, "U", "public", ip_address(CLUSTER_IP), station(77))
    unit = unit_of(unicast_cluster(), filing)
    assert (unit.observed, unit.registered_observed, unit.unregistered) == (3, 1, 2)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("da:a1:19:00:00:01", Nature.LOCAL),
        ("02:42:ac:11:00:02", Nature.VIRTUAL),
        ("52:54:00:12:34:56", Nature.VIRTUAL),
        ("00:50:56:00:00:01", None),
    ],
)
def test_made_up_cards_say_so(card: str, expected: Nature | None) -> None:
    story = network()
    story.resolve("core", "10.1.0.9", Mac.parse(card))
    (one,) = seen(story).values()
    assert nature(one) is expected
    (finding,) = unit_of(story).findings
    assert finding.because is not None
    assert ("made up" in str(finding.because)) is (expected is Nature.LOCAL)


def test_cards_of_hosts_and_addresses() -> None:
    assert [host_of(host) for host in HOSTS] == [str(UNICAST)] * 2
    assert host_of(Mac.parse("02210a010064")) is None
    assert host_of(Mac.parse("02000a010064")) is None
    assert is_first_address(UNICAST, ip_address(CLUSTER_IP))
    assert not is_first_address(UNICAST, ip_address("2001:db8::64"))
