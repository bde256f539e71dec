"""Whatever comes back instead of a table: no crash, no growth, and never a table that looks whole and is not."""

from __future__ import annotations

import random
import resource
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from inventory.model.coverage import Completeness, Table
from inventory.model.transcript import Ending
from probes.parsers import reply
from probes.parsers.terminal import rendered
from probes.ssh.parser import ParseError, Parser
from probes.ssh.reading import reading
from tests.fuzz import sessions
from tests.fuzz.sessions import damages
from tests.unit.ssh.stories import AT, load, names, told

if TYPE_CHECKING:
    from tests.unit.ssh.stories import Story

STORIES: Final = [load(name) for name in names(whole=True)]
ERRORS: Final = (
    b"% Invalid input detected at '^' marker.\r\n",
    b"Error: Unrecognized command found at '^' position.\r\n",
    b"Error: You do not have permission to run the command or the command is incomplete.\r\n",
    b"% Permission denied for the role.\r\n",
    b"% Authorization failed.\r\n",
    b"%Error 20203: Invalid input.\r\n",
    b"% User doesn't have sufficient privilege to execute this command.\r\n",
    b"",
    b"\r\n\r\n",
)
NOT_THE_TABLE: Final = {Completeness.UNSUPPORTED, Completeness.REFUSED, Completeness.FAILED}


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_an_error_message_is_no_empty_table(story: Story, error: bytes, parser: Parser) -> None:
    transcript = story.transcript(lambda command, _raw: f"{command}\r\n".encode() + error + story.prompt.encode())
    got = reading(transcript, "public", parser)
    assert {entry.completeness for entry in got.coverage} <= NOT_THE_TABLE
    assert got.facts == ()


def _shortened(share: float, _command: str, raw: bytes) -> bytes:
    return raw[: int(len(raw) * share)]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_lacks_its_end_is_not_believed(story: Story, parser: Parser) -> None:
    for share in (0.1, 0.5, 0.9, 0.999):
        transcript = story.transcript(partial(_shortened, share))
        got = reading(transcript, "public", parser)
        assert {entry.completeness for entry in got.coverage} <= NOT_THE_TABLE, share
        assert got.facts == ()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_another_commands_output_is_not_believed(story: Story, parser: Parser) -> None:
    """The output of the command before, with the right echo: what libraries that lose step return."""
    commands = list(story.outputs)
    before = dict(zip(commands, [commands[-1], *commands[:-1]], strict=True))
    shifted = {command: story.raw(before[command]).split(b"\r\n", 1)[1] for command in commands}
    transcript = story.transcript(lambda command, _raw: f"{command}\r\n".encode() + shifted[command])
    coverage = reading(transcript, "public", parser).coverage
    assert not [entry for entry in coverage if entry.completeness is Completeness.COMPLETE and entry.rows]


def test_rows_that_the_device_counted_and_we_did_not_understand(parser: Parser) -> None:
    story = load("huawei_access")
    fewer = story.transcript(lambda _command, raw: raw.replace(b"00e0-fc12-3457 10/-", b"-------------- "))
    coverage = {entry.table: entry for entry in reading(fewer, "public", parser).coverage}
    assert coverage[Table.FDB].completeness in {Completeness.TRUNCATED, Completeness.FAILED}


def test_damaged_transcripts_by_the_ten_thousand() -> None:
    """The parts that read octets, in this process; the templates have theirs below."""
    dice = random.Random(4)  # noqa: S311 -- repeatable
    ways = damages(dice)
    outputs = [
        (story, command, output)
        for story in STORIES
        for output in story.transcript().outputs
        for question in story.cli.questions
        for command in question.commands
        if command.text == output.command
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    whole = 0
    for number in range(20_000):
        story, command, output = outputs[number % len(outputs)]
        raw = dice.choice(ways)(output.raw)
        damaged = type(output)(output.command, raw, output.ending, AT, AT)
        text = reply.table(damaged, command, story.prompt, story.cli)
        if isinstance(text, str):
            whole += 1
            assert rendered(raw, story.cli.pagers)[-1] == story.prompt, "the end was there"
    assert 0 < whole < 20_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kilobytes"


def test_damaged_tables_by_the_thousand(parser: Parser) -> None:
    dice = random.Random(5)  # noqa: S311 -- repeatable
    ways = damages(dice)
    for number in range(400):
        story = STORIES[number % len(STORIES)]
        got = reading(story.transcript(lambda _command, raw: dice.choice(ways)(raw)), "public", parser)
        told(got)
        assert len(got.coverage) == 6


def test_broken_outputs_are_read_to_an_end(parser: Parser) -> None:
    """A share of what ``make fuzz`` does a hundred thousand times."""
    tally = sessions.broken_outputs(6, 2000, parser)
    assert tally.total == 2000
    assert tally.refused > tally.accepted > 0


def test_conversations_with_devices_that_answer_wrongly_end() -> None:
    endings = sessions.torn_sessions(8, 48)
    assert endings.total() == 48
    assert set(endings) <= set(Ending)
    assert len(endings) > 1


def test_nothing_is_kept_of_broken_outputs() -> None:
    octets, kilobytes = sessions.grown(7, 300)
    assert octets < 500_000
    assert kilobytes < 20_000


def test_a_template_that_takes_forever_is_ended() -> None:
    """One of ntc-templates that needs exponential time for a line of dashes; it is not one we ask by."""
    with Parser(limit_s=0.5) as parser:
        parser.rows("huawei_vrp_esn", "ESN of slot 0: 210235924210HB000123\n")
        began = time.monotonic()
        with pytest.raises(ParseError, match="took too long"):
            parser.rows("cisco_s300_show_interfaces_description", "Port  Description\n" + "-" * 60 + "x\n")
        assert time.monotonic() - began < 10
        assert parser.rows("huawei_vrp_esn", "ESN of slot 0: 210235924210HB000123\n")
