"""Stations that announce themselves, and switches that forgot them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import Identifier, IdentifierKind, LldpNeighbour
from inventory.model.location import Place, Verdict
from inventory.model.records import DeviceRole
from tests.simulator.story import AT, Story, station

if TYPE_CHECKING:
    from inventory.model.values import Mac

PHONE, OTHER = station(1), station(2)
HERE = Place("sw", "GE0/0/5", 5)


def two_level() -> Story:
    r"""Core over one access switch, at night: the gateway still resolves, tables are empty.

    ::

        core ──2── 1 sw ──5── PHONE
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.learn("core", 2, story.device("sw"))
    story.learn("sw", 1, core)
    story.resolve("core", "10.1.0.5", PHONE)
    return story


def announce(story: Story, device: str, port: int, chassis: Mac, card: Mac | None = None) -> None:
    """Let a telephone announce itself; it bridges for the computer behind it."""
    who = Identifier(IdentifierKind.MAC, str(chassis))
    end = Identifier(IdentifierKind.MAC, str(card)) if card else Identifier(IdentifierKind.LOCAL, "1")
    story.facts.append(LldpNeighbour(device, port, port, who, end, None, None, None, AT, True, carries_stations=True))


def test_what_no_table_holds_is_where_it_announced_itself() -> None:
    story = two_level()
    announce(story, "sw", 5, PHONE)
    found = story.where(PHONE)
    assert (found.verdict, found.place, found.gateway) == (Verdict.EXACT, HERE, "core")
    assert [line.row for line in found.evidence if line.device == "sw"] == [
        f"mac={PHONE} port=GE0/0/5 status=announced"
    ]


def test_a_switch_on_the_way_that_still_holds_it_is_transit() -> None:
    story = two_level()
    story.learn("core", 2, PHONE)
    assert story.where(PHONE).verdict is Verdict.BOUNDED
    announce(story, "sw", 5, PHONE)
    found = story.where(PHONE)
    assert (found.verdict, found.place, found.vlan) == (Verdict.EXACT, HERE, None)
    assert [(gone.place.device, gone.rule) for gone in found.removed] == [("core", "transit")]


def test_a_port_that_learned_it_says_so_itself() -> None:
    story = two_level()
    story.learn("sw", 5, PHONE)
    announce(story, "sw", 5, PHONE)
    found = story.where(PHONE)
    assert (found.verdict, found.place, found.vlan) == (Verdict.EXACT, HERE, 10)
    assert len([line for line in found.evidence if line.device == "sw"]) == 1


def test_an_announcement_that_was_passed_on_says_nothing() -> None:
    story = two_level()
    announce(story, "sw", 5, PHONE)
    announce(story, "core", 2, PHONE)
    assert story.where(PHONE).verdict is Verdict.L3_ONLY


def test_a_computer_of_two_cards_is_not_at_one_port_with_both() -> None:
    story = two_level()
    story.resolve("core", "10.1.0.6", OTHER)
    announce(story, "sw", 5, PHONE, OTHER)
    assert story.where(OTHER).place == HERE
    assert story.where(PHONE).verdict is Verdict.L3_ONLY


def test_an_identifier_alone_is_nobody() -> None:
    story = two_level()
    announce(story, "sw", 6, OTHER)
    assert story.locate().of(OTHER) is None


def test_a_table_stays_one_that_tells_vlans() -> None:
    """The announcement names no VLAN; the switch's table still does, and has none of the station's."""
    story = two_level()
    story.learn("core", 2, OTHER, vlan=20)
    announce(story, "sw", 5, PHONE)
    story.covered("sw")
    assert story.where(OTHER).verdict is Verdict.EXACT


def test_what_a_telephone_or_an_access_point_carries_is_on_its_port() -> None:
    """It says that it bridges; what it bridges are stations and no further switches, so their port is exact."""
    story = two_level()
    announce(story, "sw", 5, PHONE)
    story.learn("sw", 5, PHONE, OTHER)
    for mac in (PHONE, OTHER):
        found = story.where(mac)
        assert (found.verdict, found.place, found.shares_port_with) == (Verdict.EXACT, HERE, 1)
