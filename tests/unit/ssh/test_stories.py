"""What a switch prints becomes the facts that stand beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.model.coverage import Completeness, Table
from inventory.model.facts import LldpNeighbour
from probes.platforms.catalogue import PLATFORMS
from probes.ssh.reading import reading
from tests.unit.ssh.stories import load, names, told

if TYPE_CHECKING:
    from probes.ssh.parser import Parser


@pytest.mark.parametrize("name", names())
def test_the_facts_of_a_session(name: str, parser: Parser) -> None:
    story = load(name)
    got = told(reading(story.transcript(), "public", parser))
    expect = {**({} if name.startswith("ntc_") else {"coverage": {}, "vpns": []}), **story.expect}
    assert {key: got[key] for key in expect} == {
        key: sorted(value, key=str) if isinstance(value, list) else value for key, value in expect.items()
    }


def test_every_platform_with_commands_has_a_story() -> None:
    told_of = {load(name).platform for name in names()}
    assert {profile.name for profile in PLATFORMS if profile.cli} == told_of


def test_every_command_of_every_platform_is_in_a_story() -> None:
    printed = {(load(name).platform, command) for name in names() for command in load(name).outputs}
    asked = {
        (profile.name, command.text)
        for profile in PLATFORMS
        if profile.cli
        for question in profile.cli.questions
        for command in question.commands
    }
    assert asked - printed == set()


SPELLINGS = {
    "VRP 8 and YunShan: each value on a line of its own": """CIST Global Information:
  Mode                :MSTP
  CIST Bridge         :32768.38ba-38b1-5302
  CIST RootPortId     :128.1

CIST Port Information:
  Port Id             :1
  Port Name           :100GE1/0/1
  Port State          :Discarding
  Port Role           :Alternate Port
  Designated Bridge/Port   :4096.38ba-38b1-0001 / 128.9

MSTI 1 Global Information:
  MSTI Bridge ID      :32768.38ba-38b1-5302

MSTI 1 Port Information:
  Port Id             :1
  Port Name           :100GE1/0/1
  Port State          :Forwarding
  Port Role           :Root Port
  Desg. Bridge/Port   :8192.38ba-38b1-0002 / 128.3
""",
    "Comware 5: as VRP 5": """-------[CIST Global Info][Mode MSTP]-------
CIST Bridge         :32768.38ba-38b1-5302
 ----[Port1(100GE1/0/1)][DISCARDING]----
 Port Role           :CIST Alternate Port
 Desg. Bridge/Port   :4096.38ba-38b1-0001 / 128.9
-------[MSTI 1 Global Info]-------
MSTI Bridge ID      :32768.38ba-38b1-5302
 ----[Port1(100GE1/0/1)][FORWARDING]----
 Port Role           :Root Port
 Desg. Bridge/Port   :8192.38ba-38b1-0002 / 128.3
""",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_instance_of_the_spanning_tree_tells_its_leaders_and_what_it_blocks(
    spelling: str, parser: Parser
) -> None:
    story = load("huawei_access")
    output = {**story.outputs, "display stp": SPELLINGS[spelling]}
    found = reading(replace(story, outputs=output).transcript(), "public", parser).facts
    rows = [fact for fact in found if isinstance(fact, LldpNeighbour) and fact.table == "display stp"]
    assert [(row.chassis.value, row.port.value, row.blocked) for row in rows] == [
        ("38:ba:38:b1:00:01", "128.9", True),
        ("38:ba:38:b1:00:02", "128.3", False),
    ]


def test_a_device_without_a_spanning_tree_has_all_its_neighbours(parser: Parser) -> None:
    story = load("huawei_access")
    off = {**story.outputs, "display stp": "Protocol Status    :disabled\nProtocol Std.      :IEEE 802.1s\n"}
    read = reading(replace(story, outputs=off).transcript(), "public", parser)
    (coverage,) = (entry for entry in read.coverage if entry.table is Table.LLDP)
    assert (coverage.completeness, coverage.rows, coverage.reason) == (Completeness.COMPLETE, 3, None)


NICKNAMES = """  Type: S-Static   D-Dynamic   O-Openflow   R-Rule   M-Multiport  I-Invalid
IP Address       MAC Address     VLAN     Interface              Aging Type
Vpn Instance                   NickNameRb
10.20.4.17       0011-2233-4455  10       GE1/0/1                16    D
No Vrf                         0x0000
10.20.4.18       0011-2233-4466  10       GE1/0/1                N/A   IS
No Vrf                         0x0000
10.20.4.17       0011-2233-5555  30       GE1/0/2                14    D
video                          0x0001
10.20.9.2        0011-2233-6666  N/A      GE1/0/3                14    D
office                         0x0001
"""


def test_the_vpn_of_an_address_is_known_where_a_nickname_stands_behind_it(parser: Parser) -> None:
    """The form of Comware where TRILL runs, after H3C's command reference of display arp all verbose."""
    story = load("comware_aggregation")
    spelled = {**story.outputs, "display arp all verbose": NICKNAMES}
    assert told(reading(replace(story, outputs=spelled).transcript(), "public", parser))["vpns"] == sorted(
        story.expect["vpns"], key=str
    )
