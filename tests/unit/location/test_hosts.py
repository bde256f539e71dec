r"""Hosts of virtual machines: on one port, on two without an aggregate, and machines that go to another host.

::

    core ─┬─2── 1 sw ──5──┐
          │               host: its own card, machines
          └─3── 1 other ─6─┘
"""

from __future__ import annotations

import pytest

from inventory.location.duplicates import seen_at_two
from inventory.location.engine import Locations, locate
from inventory.model.location import Place, Verdict
from inventory.model.nature import is_virtual_machine
from inventory.model.records import DeviceRole
from inventory.model.sources import DUPLICATE, HOST, TEAM
from inventory.model.values import Mac
from tests.simulator.story import Story, later, station

OWN = station(1)
MACHINES = [Mac.parse(f"0050560000{number:02x}") for number in range(1, 5)]
HERE, THERE = Place("sw", "GE0/0/5", 5), Place("other", "GE0/0/6", 6)


def network() -> Story:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    for port, name in ((2, "sw"), (3, "other")):
        switch = story.device(name)
        story.learn("core", port, switch)
        story.learn(name, 1, core)
    return story


def seen(story: Story, earlier: dict[Mac, list[frozenset[Place]]] | None = None) -> Locations:
    return locate(story.factset(), story.devices, earlier)


@pytest.mark.parametrize("text", ["005056000001", "00155d000001", "525400000001", "0242ac110002", "00163e000001"])
def test_hypervisors_make_cards_of_their_own(text: str) -> None:
    assert is_virtual_machine(Mac.parse(text))
    assert not is_virtual_machine(OWN)


def test_the_stations_of_a_hosts_port_are_told_as_its_machines() -> None:
    story = network()
    story.learn("sw", 5, OWN, *MACHINES)
    found = seen(story)
    for mac in (OWN, *MACHINES):
        location = found.by_mac[mac]
        assert (location.verdict, location.place) == (Verdict.EXACT, HERE)
        rows = [line.row for line in location.evidence if line.source == HOST]
        assert rows == [f"port=GE0/0/5 host={OWN} machines=4"]


def test_machines_and_several_other_cards_are_no_one_host() -> None:
    story = network()
    story.learn("sw", 5, OWN, station(2), *MACHINES)
    assert HOST not in {line.source for line in seen(story).by_mac[OWN].evidence}


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        pytest.param(MACHINES, Verdict.EXACT, id="machines only: the virtual switch of a host"),
        pytest.param([*MACHINES, station(2), station(3)], Verdict.BOUNDED, id="other cards, too: an unknown switch"),
        pytest.param([station(2)], Verdict.BOUNDED, id="no machine at all"),
    ],
)
def test_a_virtual_switch_that_says_it_bridges_hides_nobody(others: list[Mac], verdict: Verdict) -> None:
    story = network()
    story.learn("sw", 5, OWN, *others)
    story.hear("sw", 5, OWN, name="esx-1")
    assert seen(story).by_mac[others[0]].verdict is verdict


def on_two_cables(*both: Mac, here: tuple[Mac, ...] = (), there: tuple[Mac, ...] = ()) -> Story:
    story = network()
    story.learn("sw", 5, *both, *here)
    story.learn("other", 6, *both, *there, at=later(3))
    return story


def test_machines_on_the_same_two_ports_have_one_host_with_two_cables() -> None:
    found = seen(on_two_cables(*MACHINES[:3], here=(OWN,)))
    for mac in (OWN, *MACHINES[:3]):
        location = found.by_mac[mac]
        assert (location.verdict, location.place, location.alternatives) == (Verdict.EXACT, THERE, (HERE,))
        assert TEAM in {line.source for line in location.evidence}
    assert seen_at_two(found.by_mac[MACHINES[0]]) == {HERE, THERE}
    assert seen_at_two(found.by_mac[OWN]) == frozenset()


def test_sweep_after_sweep_they_are_no_duplicates_and_do_not_move() -> None:
    both = [frozenset({HERE, THERE})]
    earlier = dict.fromkeys(MACHINES, both * 2)
    for story in (
        on_two_cables(*MACHINES),
        on_two_cables(MACHINES[0], here=(MACHINES[1],), there=(MACHINES[2],)),
        on_two_cables(here=tuple(MACHINES)),
    ):
        for mac, location in seen(story, earlier).by_mac.items():
            if mac in MACHINES:
                assert (location.verdict, location.place) == (Verdict.EXACT, THERE)
                assert DUPLICATE not in {line.source for line in location.evidence}


def test_a_machine_that_went_to_another_host_is_there() -> None:
    both = [frozenset({HERE, THERE})]
    earlier = dict.fromkeys(MACHINES, both)
    story = on_two_cables(*MACHINES[1:])
    story.learn("other", 9, MACHINES[0], at=later(3))
    assert seen(story, earlier).by_mac[MACHINES[0]].place == Place("other", "GE0/0/9", 9)


def test_one_card_on_two_ports_is_still_a_duplicate() -> None:
    found = seen(on_two_cables(OWN, here=(station(2),)), {OWN: [frozenset({HERE, THERE})]}).by_mac[OWN]
    assert DUPLICATE in {line.source for line in found.evidence}


def test_what_two_switches_have_in_common_of_one_host_puts_neither_behind_the_other() -> None:
    story = on_two_cables(OWN, *MACHINES)
    story.learn("sw", 7, station(7))
    story.learn("other", 1, station(7))
    found = seen(story)
    assert not found.behind.members.get(("sw", 5))
    assert found.by_mac[MACHINES[0]].alternatives == (HERE,)
