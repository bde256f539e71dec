"""Nothing but the catalogue's commands can be typed, and only in one place."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import probes.ssh
from probes.contract import SshLimits
from probes.platforms.catalogue import PLATFORMS
from probes.ssh.connection import Connection
from probes.ssh.conversation import _SAVING
from tests.unit.ssh.peers import target

if TYPE_CHECKING:
    from probes.platforms.profile import Profile

SPEAKING: Final = [profile for profile in PLATFORMS if profile.cli]
READING: Final = re.compile(r"(show|display) [a-z0-9][a-zA-Z0-9_ -]*")
FOR_THIS_SESSION: Final = frozenset(
    {
        "screen-length 0 temporary",
        "screen-length disable",
        "terminal length 0",
        "terminal datadump",
        "terminal width 511",
    }
)
FOLDER: Final = Path(probes.ssh.__file__).parent


def test_octets_are_sent_in_one_place() -> None:
    sending = re.compile(
        r"send|sendall|sendto|write|write_channel|exec_command|makefile|invoke_subsystem|send_command\w*"
    )
    found = [
        f"{path.name}:{node.attr}"
        for path in sorted(FOLDER.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and sending.fullmatch(node.attr)
    ]
    assert found == ["conversation.py:send", "parser.py:write"]  # the latter fills the parsing process's pipe


@pytest.mark.parametrize("profile", SPEAKING, ids=lambda profile: profile.name)
def test_commands_only_read(profile: Profile) -> None:
    cli = profile.cli
    assert cli is not None
    for question in (*cli.questions, *cli.condition):
        for command in question.commands:
            assert READING.fullmatch(command.text), command.text
        assert question.gate is None or READING.fullmatch(question.gate.text)
    assert set(cli.session) <= FOR_THIS_SESSION
    assert cli.logout in {"quit", "exit", "logout"}
    assert {dialog.answer for dialog in cli.dialogs} <= {"N", "n", "no"}
    assert {pager.key for pager in cli.pagers} <= {" ", "a", "\r", "\n"}
    assert all(not _SAVING.search(dialog.question.pattern) for dialog in cli.dialogs)


@pytest.mark.parametrize(
    "method", ["enable", "config_mode", "send_config_set", "save_config", "commit", "send_command", "write_channel"]
)
def test_whatever_could_type_or_configure_raises(method: str) -> None:
    connection = Connection(target(22), SshLimits(), lambda _transport: None)
    try:
        with pytest.raises(PermissionError, match=method):
            getattr(connection, method)("anything")
    finally:
        connection.close()


def test_secrets_are_not_shown() -> None:
    assert "correct horse" not in repr(target(22))
