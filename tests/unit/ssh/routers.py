"""Real routers: FRRouting's zebra, and its shell vtysh behind OpenSSH. A command line that we did not write."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final

from probes.platforms.cli import Cli, Command, Pager, Question, Subject
from probes.platforms.profile import Profile

if TYPE_CHECKING:
    from tests.unit.ssh.peers import Peer, Servers

ZEBRA: Final = "/usr/lib/frr/zebra"
PROFILE: Final = Profile(
    "frr",
    cli=Cli(
        prompt=re.compile(r"[\w.-]{1,64}[>#]"),
        session=("terminal length 0",),
        pagers=(Pager(re.compile(r"--More--|\(END\)|:")),),
        questions=(
            Question(Subject.VERSION, (Command("show version"),)),
            Question(Subject.INTERFACES, (Command("show interface brief"),)),
            Question(Subject.ADDRESSES, (Command("show interface"),)),
        ),
    ),
)
MARKS: Final = {
    "show version": b"FRRouting",
    "show interface brief": b"Addresses",
    "show interface": b"Interface lo is",
}
"""What is in the output of one command and in no other's."""


def start(servers: Servers) -> Peer:
    """Start a router, in a network of its own, and its SSH server on loopback."""
    socket = "/run/frr"
    zebra = (
        f"{ZEBRA} -d -u root -g root --vty_socket {socket} -i {socket}/zebra.pid -z {socket}/zserv -f /dev/null -P 0"
    )
    # zebra insists that its user is in the group of its shell's users.
    member = r"sed 's/^frrvty:\([^:]*\):\([^:]*\):.*/frrvty:\1:\2:root/' /etc/group > /run/group"
    group = f"{member} && mount --bind /run/group /etc/group"
    before = f"{group} && mkdir -p {socket} && unshare --net sh -c 'ip link set lo up; {zebra}'"
    return servers.start(command=f"{shutil.which('vtysh')} --vty_socket {socket}", before=before)


def right(command: str, raw: bytes) -> bool:
    """Whether an output is this command's, and only this one's."""
    return {name for name, mark in MARKS.items() if mark in raw} == {command}
