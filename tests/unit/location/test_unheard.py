r"""A registered switch that was not read and of which nobody heard: only its own address among the managed ones shows.

::

    core ─┬─2── 1 u sw ──5── ? ── three stations
          └─3── 1 u other
"""

from __future__ import annotations

import pytest

from inventory.model.location import Verdict
from inventory.model.records import DeviceRole
from inventory.model.sources import UNHEARD
from inventory.model.values import Mac
from tests.simulator.story import Story, station

X = station(1)
NOBODY = Mac.parse("00e0fc0000ff")
"""A card that no row gives to any device."""
_MANAGED, _STATIONS = 2, 10


def network(*, absent: str | None = "gone", at: str | None = None, role: DeviceRole = DeviceRole.ACCESS) -> Story:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    for port, name in ((2, "sw"), (3, "other")):
        switch = story.device(name, point="P-1")
        story.learn("core", port, switch, vlan=_MANAGED)
        story.learn(name, 1, core, vlan=_MANAGED)
        story.learn(name, 1, core, vlan=_STATIONS)
    if absent is not None:
        story.device(absent, role, read=False, point=at)
    for number in range(1, 4):
        story.learn("sw", 5, station(number), vlan=_STATIONS)
    return story


def test_an_address_of_nobody_where_switches_are_managed_may_be_the_one_nobody_heard() -> None:
    story = network()
    story.learn("sw", 5, NOBODY, vlan=_MANAGED)
    found = story.where(X)
    assert found.verdict is Verdict.BOUNDED
    assert [line.row for line in found.evidence if line.source == UNHEARD] == ["port=GE0/0/5 devices=gone"]


def test_so_may_what_has_stations_of_several_vlans() -> None:
    story = network()
    story.learn("sw", 5, station(9), vlan=20)
    assert story.where(X).verdict is Verdict.BOUNDED


@pytest.mark.parametrize(
    ("story", "vlan"),
    [
        pytest.param(network(), _STATIONS, id="nobody's address among the stations is a station"),
        pytest.param(network(absent=None), _MANAGED, id="every registered switch was read"),
        pytest.param(network(at="P-2"), _MANAGED, id="the one that was not is at another point"),
        pytest.param(network(role=DeviceRole.UPS), _MANAGED, id="what was not read is no switch"),
    ],
)
def test_else_the_port_is_the_place(story: Story, vlan: int) -> None:
    story.learn("sw", 5, NOBODY, vlan=vlan)
    assert story.where(X).verdict is Verdict.EXACT


def test_one_that_is_seen_somewhere_is_not_here() -> None:
    story = network()
    story.learn("sw", 5, NOBODY, vlan=_MANAGED)
    story.learn("other", 7, station(30))
    story.hear("other", 7, "gone", name="gone")
    assert story.where(X).verdict is Verdict.EXACT
