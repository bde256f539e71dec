"""Clocks and the room in forwarding tables as command lines print them."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.check import Check, CheckResult
from inventory.model.text import verbatim
from inventory.model.transcript import Ending
from probes.contract import SshLimits
from probes.parsers import condition
from probes.platforms.catalogue import PLATFORMS
from probes.platforms.cli import Subject
from probes.ssh.condition import checks
from probes.ssh.read import read
from tests.unit.ssh.peers import target
from tests.unit.ssh.stories import AT, Story, load

if TYPE_CHECKING:
    from tests.unit.ssh.peers import Servers

CHINA: Final = timezone(timedelta(hours=8))
NOON: Final = datetime(2026, 11, 23, 12, 0, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("printed", "moment", "zoned"),
    [
        ("2026-11-23 12:00:00+08:00\nMonday\nTime Zone(China-Standard-Time) : UTC+08:00", NOON, True),
        ("2026-11-23 12:00:00\nMonday\nTime Zone(DefaultZoneName) : UTC+08:00", NOON, True),
        ("2026-11-23 04:00:00\nMonday\nTime Zone : UTC", NOON, True),
        ("04:00:00 UTC Mon 11/23/2026", NOON, True),
        ("12:00:00.258 Z8 Mon 11/23/2026\nTime Zone : Z8 add 08:00:00", NOON, True),
        ("23:00:00 Z5 Sun 11/22/2026\nTime Zone : Z5 minus 05:00:00", NOON, True),
        ("*12:00:00.123 CST Mon Nov 23 2026", NOON, False),
        (".04:00:00.123 UTC Mon Nov 23 2026", NOON, True),
        ("12:00:00 beijing Mon, Nov 23, 2026", NOON, False),
        ("04:00:00.846 UTC Mon Nov 23 2026\nTime source is NTP", NOON, True),
        ("Mon Nov 23 12:00:00 2026", NOON, False),
        ("Current Time Source : System Clock\nCurrent Time : 23 Nov 2026 12:00:00\nTime Zone : GMT +08:00", NOON, True),
    ],
)
def test_a_clock(printed: str, moment: datetime, zoned: bool) -> None:  # noqa: FBT001 -- a cell of the table
    told = condition.clock(printed.split("\n"), here=CHINA)
    assert told is not None
    assert (told.moment.replace(microsecond=0), told.zoned) == (moment, zoned)


@pytest.mark.parametrize(
    "printed", ["", "12:00:00", "2026-11-23", "25:61:00 UTC Mon 13/45/2026", "uptime 1:02:03 days"]
)
def test_no_clock_is_not_a_wrong_clock(printed: str) -> None:
    assert condition.clock([printed]) is None


@given(st.text(max_size=200))
def test_no_text_breaks_either(printed: str) -> None:
    lines = printed.split("\n")
    assert condition.clock(lines) is None or condition.clock(lines)
    room = condition.room(lines)
    assert room is None or room.capacity > 0


@pytest.mark.parametrize(
    ("printed", "used", "capacity"),
    [
        ("Total Unicast MAC Addresses In Use:      10\nTotal Unicast MAC Addresses Available:   32768", 10, 32768),
        (
            "Vlan 1:\nTotal Mac Addresses : 7\nTotal Mac Addresses : 3\nTotal Mac Address Space Available: 90",
            10,
            100,
        ),
        (
            "Total Dynamic Address Count : 27\nTotal Mac Address In Use : 29\nTotal Mac Address Space Available: 32739",
            29,
            32768,
        ),
        ("Static     :     0\nIn-used    :     5\nCapacity   : 16384", 5, 16384),
    ],
)
def test_the_room_in_a_table(printed: str, used: int, capacity: int) -> None:
    assert condition.room(printed.split("\n")) == (used, capacity)


@pytest.mark.parametrize("printed", ["", "Total Mac Addresses : 7", "Capacity : 16384", "In-used : 0\nCapacity : 0"])
def test_no_capacity_is_no_share(printed: str) -> None:
    assert condition.room(printed.split("\n")) is None


def _story(clock: str, space: str) -> Story:
    story = load("huawei_access")
    return replace(story, outputs={"display clock": clock, "display mac-address summary": space})


def test_a_look_is_judged() -> None:
    assert AT.isoformat() == "2026-11-23T05:00:00+00:00"
    transcript = _story("2026-11-23 13:05:00+08:00\n", "In-used : 95\nCapacity : 100\n").transcript()
    clock, space = checks(transcript, 120, 0.9)
    assert (clock.check, clock.result, clock.value) == (Check.CLOCK, CheckResult.ATTENTION, 300)
    assert str(clock.evidence) == "display clock: 2026-11-23 13:05:00+08:00, +300 s"
    assert (space.check, space.result, space.value) == (Check.FORWARDING_SPACE, CheckResult.ATTENTION, 0.95)
    assert str(space.evidence) == "display mac-address summary: 95 of 100, 95%"
    assert [one.result for one in checks(transcript, 400, 0.96)] == [CheckResult.GOOD, CheckResult.GOOD]


@pytest.mark.parametrize(
    "printed", ["Error: Unrecognized command found at '^' position.\n", "Error: You do not have permission.\n", "?\n"]
)
def test_what_a_device_does_not_say_is_not_assessed(printed: str) -> None:
    found = checks(_story(printed, printed).transcript(), 120, 0.9)
    assert {one.result for one in found} == {CheckResult.NOT_ASSESSED}


def test_a_session_that_failed_assesses_nothing() -> None:
    transcript = replace(
        _story("", "").transcript(), ending=Ending.AUTH_FAILED, reason=verbatim("rejected"), outputs=()
    )
    found = checks(transcript, 120, 0.9)
    assert {str(one.evidence) for one in found} == {"by SSH: auth_failed: rejected"}


def test_a_look_types_nothing_but_its_own_commands(servers: Servers) -> None:
    story = load("huawei_access")
    outputs = {"display clock": "2026-11-23 12:00:00+08:00\n", "display mac-address summary": "Capacity : 9\n"}
    scenario = {"prompt": story.prompt, "outputs": outputs, "accepts": ["screen-length 0 temporary"], "unknown": "?\n"}
    peer = servers.start(scenario)
    transcript = read(target(peer, platform="huawei"), SshLimits(), threading.Event(), looking=True)
    assert transcript.ending is Ending.DONE, transcript.reason
    assert peer.lines == ["screen-length 0 temporary", *outputs, "quit"]
    assert str(checks(transcript, 120, 0.9)[0].evidence).startswith("display clock: 2026-11-23 12:00:00+08:00, ")


def test_every_platform_with_commands_tells_its_clock_or_is_known_not_to() -> None:
    silent = {
        profile.name
        for profile in PLATFORMS
        if profile.cli and Subject.CLOCK not in {question.subject for question in profile.cli.condition}
    }
    assert silent == {"tplink_jetstream"}
