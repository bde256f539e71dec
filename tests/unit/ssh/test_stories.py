"""What a switch prints becomes the facts that stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
