"""Real SSH servers, well and badly behaved: each read ends as it should, within its limits."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from inventory.model.coverage import Completeness, Table
from inventory.model.hostkeys import HostKey
from inventory.model.transcript import Ending
from probes.contract import SshLimits
from probes.platforms.catalogue import by_remote_version, named
from probes.platforms.cli import Subject
from probes.ssh.collect import collect
from probes.ssh.read import read
from probes.ssh.reading import reading
from tests.unit.ssh.peers import free_port, make_key, target
from tests.unit.ssh.stories import load, names, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.model.transcript import Transcript
    from probes.platforms.profile import Profile
    from probes.ssh.parser import Parser
    from tests.unit.ssh.peers import Peer, Servers

LIMITS: Final = SshLimits(connect_timeout_s=5, login_timeout_s=10, device_budget_s=30)
HASTY: Final = replace(LIMITS, login_timeout_s=1, device_budget_s=3)
STORY: Final = load("huawei_access")
MORE: Final = {"text": "  ---- More ----", "erase": "\x1b[42D" + " " * 42 + "\x1b[42D"}


def scenario(**given: object) -> dict[str, Any]:
    outputs = {command: text for command, text in STORY.outputs.items() if "Unrecognized" not in text}
    plain = {"prompt": STORY.prompt, "outputs": outputs, "accepts": ["screen-length 0 temporary"]}
    return plain | {"unknown": "Error: Unrecognized command found at '^' position.\n", **given}


def run(
    peer: Peer | int,
    limits: SshLimits = LIMITS,
    platform: str | None = "huawei_vrp",
    pinned: frozenset[HostKey] = frozenset(),
    *,
    trusting: bool = True,
    **login: Any,  # noqa: ANN401 -- fields of a credential
) -> Transcript:
    given = replace(target(peer, platform=platform, **login), pinned=pinned, trusting=trusting)
    return read(given, limits, threading.Event())


def impatient() -> Profile:
    """The platform's own file, its forwarding table given three seconds."""
    profile = named("huawei_vrp")
    assert profile is not None
    assert profile.cli is not None
    questions = tuple(
        replace(question, commands=tuple(replace(command, timeout_s=3) for command in question.commands))
        if question.subject is Subject.FDB
        else question
        for question in profile.cli.questions
    )
    return replace(profile, cli=replace(profile.cli, questions=questions))


@pytest.mark.parametrize("name", names(whole=True))
def test_every_platform_over_the_wire(name: str, servers: Servers, parser: Parser) -> None:
    story = load(name)
    paging = {"pager": {**MORE, "height": 5}, **story.peer}
    peer = servers.start(scenario(prompt=story.prompt, outputs=dict(story.outputs), **paging))
    transcript = run(peer, platform=story.platform)
    assert transcript.ending is Ending.DONE, transcript.reason
    got = told(reading(transcript, "public", parser))
    assert got == told(reading(story.transcript(), "public", parser))
    assert set(peer.lines) <= set(story.cli.commands)
    assert peer.lines[-1] == story.cli.logout
    assert {said for what, said in peer.heard if what == "key"} == {pager.key for pager in story.cli.pagers[:1]}


@pytest.mark.parametrize(("vpns", "asked"), [(0, False), (2, True)])
def test_a_costly_question_is_asked_only_where_it_is_worth_it(
    vpns: int,
    asked: bool,  # noqa: FBT001 -- a cell of the table
    servers: Servers,
    parser: Parser,
) -> None:
    story = load("comware_aggregation")
    outputs = dict(story.outputs) | {"display ip vpn-instance": f"  Total VPN-Instances configured : {vpns}\n"}
    peer = servers.start(scenario(prompt=story.prompt, outputs=outputs, **story.peer))
    transcript = run(peer, platform=story.platform)
    assert ("display arp all verbose" in peer.lines) is asked
    coverage = {entry.table: entry for entry in reading(transcript, "public", parser).coverage}
    assert (coverage[Table.ARP].completeness, coverage[Table.ARP].reason) == (Completeness.COMPLETE, None)


def test_a_password_dialog_is_answered_no(servers: Servers) -> None:
    question = "Warning: The password has expired.\r\nThe password needs to be changed. Change now? [Y/N]:"
    peer = servers.start(scenario(banner="Welcome\r\n", dialogs=[[question, "password changed"]]))
    assert run(peer).ending is Ending.DONE
    assert peer.heard[0] == ("answer", "N")
    assert "done" not in {what for what, _said in peer.heard}


@pytest.mark.parametrize(
    "question",
    [
        "There are security risks in the configuration file. Are you sure to save now? [Y/N]:",
        "配置已更改，是否保存？[Y/N]:",
        "Would you like to save the configuration (y/n)?",
        "Reset the configuration to factory defaults? [yes/no]:",
    ],
)
def test_no_question_about_saving_is_answered(question: str, servers: Servers) -> None:
    peer = servers.start(scenario(dialogs=[[question, "CONFIG SAVED"]]))
    transcript = run(peer)
    assert transcript.ending is Ending.LOGIN_DIALOG
    assert peer.heard == []


def test_a_question_nobody_knows_is_not_answered(servers: Servers) -> None:
    peer = servers.start(scenario(dialogs=[["Enter your employee number:", "entered"]]))
    transcript = run(peer)
    assert transcript.ending is Ending.LOGIN_DIALOG
    assert "employee number" in str(transcript.reason)
    assert peer.heard == []


def test_a_question_about_saving_within_a_command_ends_the_session(servers: Servers) -> None:
    peer = servers.start(scenario(asks_to_save="display version"))
    transcript = run(peer)
    assert transcript.ending is Ending.LOGIN_DIALOG
    assert "answer" not in {what for what, _said in peer.heard}


def test_a_wrong_password_is_tried_once(servers: Servers) -> None:
    peer = servers.start(scenario())
    transcript = run(peer, password="wrong")
    assert transcript.ending is Ending.AUTH_FAILED
    assert peer.server_log.count("Failed password") == 1
    assert peer.heard == []


def test_a_credential_is_not_tried_a_fourth_time(servers: Servers) -> None:
    peers = [servers.start(scenario()) for _ in range(6)]
    targets = [target(peer, password="wrong", name=f"sw{peer.port}", platform="huawei_vrp") for peer in peers]
    endings = sorted(one.ending for one in collect(targets, LIMITS, threading.Event()))
    assert endings == [Ending.AUTH_FAILED] * 3 + [Ending.CREDENTIAL_BLOCKED] * 3
    assert sum(peer.server_log.count("Failed password") for peer in peers) == 3


def test_the_first_host_key_is_remembered(servers: Servers) -> None:
    peer = servers.start(scenario())
    assert run(peer).host_key == peer.host_key


def test_a_changed_host_key_never_gets_the_password(servers: Servers) -> None:
    peer = servers.start(scenario())
    transcript = run(peer, pinned=frozenset({HostKey("ssh-ed25519", b"another")}))
    assert transcript.ending is Ending.HOST_KEY_CHANGED
    assert transcript.host_key == peer.host_key
    assert "password" not in peer.server_log


def test_an_unknown_host_key_is_refused_where_only_approved_ones_count(servers: Servers) -> None:
    peer = servers.start(scenario())
    assert run(peer, trusting=False).ending is Ending.HOST_KEY_UNKNOWN
    assert "password" not in peer.server_log
    assert run(peer, trusting=False, pinned=frozenset({peer.host_key})).ending is Ending.DONE


def test_a_new_kind_of_host_key_is_no_alarm(servers: Servers) -> None:
    first = servers.start(scenario(), key_kind="rsa")
    both = servers.start(scenario(), options=[f"HostKey {first.folder / 'host_key'}"])
    assert run(both).host_key == both.host_key
    assert run(both, pinned=frozenset({first.host_key})).host_key == first.host_key


@pytest.mark.parametrize(
    "offer",
    [
        ["KexAlgorithms diffie-hellman-group14-sha1"],
        ["KexAlgorithms diffie-hellman-group1-sha1"],
        ["HostKeyAlgorithms ssh-rsa"],
        ["Ciphers aes128-cbc"],
        ["MACs hmac-md5", "Ciphers aes128-ctr"],
    ],
)
def test_old_algorithms_only_where_it_is_written_down(offer: list[str], servers: Servers, parser: Parser) -> None:
    peer = servers.start(scenario(), options=offer, key_kind="rsa")
    refused = run(peer)
    assert refused.ending is Ending.SSH_ALGORITHM
    assert "old algorithms" in str(refused.reason)
    allowed = run(peer, legacy=True)
    assert allowed.ending is Ending.DONE
    assert allowed.handshake is not None
    assert offer[0].split()[1] in allowed.handshake.old
    system = next(entry for entry in reading(allowed, "public", parser).coverage if entry.table is Table.SYSTEM)
    assert "old algorithms" in str(system.reason)


def test_keyboard_interactive_and_a_key_file(servers: Servers) -> None:
    asking = servers.start(scenario())
    key = asking.folder / "login_key"
    make_key(key, "ed25519")
    (asking.folder / "authorized_keys").write_bytes(key.with_suffix(".pub").read_bytes())
    assert run(asking, key_file=key, password=None).ending is Ending.DONE
    assert run(asking, key_file=key.with_name("missing"), password=None).ending is Ending.AUTH_FAILED


def test_a_dead_port_and_one_that_answers_nothing_or_nonsense(silent: int, babbling: int) -> None:
    assert run(free_port()).ending is Ending.UNREACHABLE
    assert run(silent, HASTY).ending is Ending.NO_SSH
    assert run(babbling, HASTY).ending is Ending.NO_SSH


@pytest.mark.parametrize(
    ("quirk", "ending"),
    [
        ({"stops": "display mac-address"}, Ending.COMMAND_TIMEOUT),
        ({"closes": "display mac-address"}, Ending.CONNECTION_LOST),
        ({"endless": "display mac-address"}, Ending.TOO_LONG),
        ({"endless": ""}, Ending.TOO_LONG),
        ({"mute": True}, Ending.OUT_OF_SYNC),
        ({"prompt": "no prompt at all"}, Ending.NO_PROMPT),
    ],
)
def test_a_device_that_misbehaves(quirk: dict[str, Any], ending: Ending, servers: Servers, parser: Parser) -> None:
    peer = servers.start(scenario(**quirk))
    began = time.monotonic()
    limits = replace(LIMITS, max_octets=1 << 20, login_timeout_s=8, device_budget_s=60)
    transcript = read(target(peer), limits, threading.Event(), profile=impatient())
    assert transcript.ending is ending, transcript.reason
    assert time.monotonic() - began < 120
    coverage = {entry.table: entry for entry in reading(transcript, "public", parser, profile=impatient()).coverage}
    assert coverage[Table.FDB].completeness not in {Completeness.COMPLETE, Completeness.UNSUPPORTED}
    assert coverage[Table.FDB].rows == 0
    assert ending in str(coverage[Table.FDB].reason)


def test_octet_by_octet_and_slowly(servers: Servers, parser: Parser) -> None:
    few = {command: STORY.outputs[command] for command in ("display mac-address", "display lldp neighbor")}
    peer = servers.start(scenario(outputs=few, trickles=0.0001, late=0.5, thinks=0.1, pager=MORE))
    got = told(reading(run(peer), "public", parser))
    assert (got["fdb"], got["lldp"]) == tuple(
        told(reading(replace(STORY, outputs=few).transcript(), "public", parser))[name] for name in ("fdb", "lldp")
    )


def test_a_platform_nobody_knows_gets_no_password(servers: Servers) -> None:
    peer = servers.start(scenario())
    assert run(peer, platform=None).ending is Ending.NO_PLATFORM
    assert "password" not in peer.server_log


def test_the_name_of_the_server_tells_the_platform() -> None:
    assert by_remote_version(None, "SSH-2.0-HUAWEI-1.5").name == "huawei_vrp"
    assert by_remote_version("generic", "SSH-2.0--").name == "huawei_vrp"
    assert by_remote_version(None, "SSH-2.0-OpenSSH_9.2").name == "generic"


def test_stopping_ends_sessions_at_once(servers: Servers) -> None:
    peer = servers.start(scenario(stops="display version"))
    stop = threading.Event()
    readings = collect([target(peer, platform="huawei_vrp")], LIMITS, stop)
    threading.Timer(1, stop.set).start()
    began = time.monotonic()
    assert list(readings) == []
    assert time.monotonic() - began < 10


@pytest.fixture
def silent() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def babbling() -> Iterator[int]:
    yield from _answering(b"220 ftp.example.org ready\r\n" * 50 + bytes(range(256)) * 20)


def _answering(greeting: bytes) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    peer, _address = server.accept()
                except OSError:
                    return
                with peer:
                    peer.sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
