"""Real SSH servers (OpenSSH) on loopback, each with a command line behind it and a log of what was typed."""

from __future__ import annotations

import base64
import json
import os
import shlex
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inventory.model.hostkeys import HostKey
from probes.contract import SshCredential, SshTarget
from tests.lab.process import program

if TYPE_CHECKING:
    from collections.abc import Sequence

ACCOUNT: Final = "audit"
PASSWORD: Final = "correct horse"
_ID: Final = 2201
_COMMAND_LINE: Final = Path(__file__).with_name("command_line.py")
_START_S: Final = 15.0


@dataclass
class Peer:
    """A server that is up."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def heard(self) -> list[tuple[str, str]]:
        """Everything typed into it, and what it did: ``line``, ``answer``, ``key``, ``done``."""
        if not self.log.exists():
            return []
        return [(what, said) for what, said in map(json.loads, self.log.read_text(encoding="utf-8").splitlines())]

    @property
    def lines(self) -> list[str]:
        """The commands typed into it."""
        return [said for what, said in self.heard if what == "line"]

    @property
    def server_log(self) -> str:
        """What sshd says."""
        return (self.folder / "sshd.log").read_text(encoding="utf-8")

    @property
    def host_key(self) -> HostKey:
        """Its public key."""
        kind, blob = (self.folder / "host_key.pub").read_text(encoding="ascii").split()[:2]
        return HostKey(kind, base64.b64decode(blob))

    def stop(self) -> None:
        self.process.kill()  # unshare takes all that runs within with it
        self.process.wait()


@dataclass
class Servers:
    """Starts servers and ends them all."""

    folder: Path
    running: list[Peer] = field(default_factory=list)

    def start(
        self,
        scenario: dict[str, Any] | None = None,
        *,
        options: Sequence[str] = (),
        port: int | None = None,
        command: str | None = None,
        before: str = "true",
        key_kind: str = "ed25519",
    ) -> Peer:
        """Start a server.

        Args:
            scenario: what its command line says.
            options: further lines of its configuration.
            port: where; by default a free port.
            command: runs instead of the command line.
            before: a shell command that runs beside the server, with the same private files, and ends with it.
            key_kind: of its host key, as ssh-keygen's ``-t``.
        """
        folder = self.folder / f"peer{len(self.running)}"
        folder.mkdir()
        log = folder / "typed"
        (folder / "scenario.json").write_text(json.dumps(scenario or {}), encoding="utf-8")
        python = [sys.executable, "-I", "-S", str(_COMMAND_LINE), str(folder / "scenario.json"), str(log)]
        make_key(folder / "host_key", key_kind)
        port = port or free_port()
        (folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host_key'}\n"
            "StrictModes no\nUsePAM no\nPermitRootLogin yes\n"
            "PidFile none\nPrintMotd no\nPrintLastLog no\nUseDNS no\nMaxStartups 500\nMaxAuthTries 6\n"
            f"AuthorizedKeysFile {folder / 'authorized_keys'}\nLogLevel VERBOSE\n"
            f"ForceCommand {command or shlex.join(python)}\n" + "".join(f"{line}\n" for line in options),
            encoding="utf-8",
        )
        peer = Peer(port, folder, _in_private(folder, before), log)
        self.running.append(peer)
        _await(peer)
        return peer

    def stop(self) -> None:
        for peer in self.running:
            peer.stop()


def target(peer: Peer | int, name: str = "sw1", platform: str | None = None, **login: Any) -> SshTarget:  # noqa: ANN401 -- fields of a credential
    """A device at this port, read with the account's password unless told otherwise."""
    port = peer if isinstance(peer, int) else peer.port
    credential = replace(SshCredential("test", ACCOUNT, PASSWORD, port=port), **login)
    return SshTarget(name, ip_address("127.0.0.1"), "public", credential, platform)


def make_key(path: Path, kind: str) -> None:
    """Make a key pair."""
    size = ["-b", "2048"] if kind == "rsa" else []
    subprocess.run([program("ssh-keygen"), "-q", "-t", kind, *size, "-N", "", "-f", str(path)], check=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number: int = server.getsockname()[1]
    return number


def _in_private(folder: Path, before: str) -> subprocess.Popen[bytes]:
    """Run sshd with a list of accounts of its own: root with a second name for root, anybody else as that account."""
    root = os.geteuid() == 0
    number = 0 if root else _ID
    (folder / "passwd").write_text(
        f"root:x:0:0:root:/root:/bin/sh\nsshd:x:{65533 if root else 0}:65534::/run/sshd:/bin/false\n"
        f"{ACCOUNT}:{_hashed_password()}:{number}:{number}:peer:/:/bin/sh\n",
        encoding="utf-8",
    )
    sshd = shlex.join([program("sshd"), "-D", "-e", "-f", str(folder / "sshd_config")])
    private = "mount -t tmpfs tmpfs /run && mkdir /run/sshd && " if root else ""
    become = "" if root else f"unshare --user --map-user={_ID} --map-group={_ID} "
    accounts = f"mount --bind {shlex.quote(str(folder / 'passwd'))} /etc/passwd"
    script = f"{private}{accounts} && {before} && exec {become}{sshd}"
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *([] if root else ["--user", "--map-root-user"])]
    with (folder / "sshd.log").open("wb") as output:
        return subprocess.Popen([*apart, "sh", "-c", script], stdin=subprocess.DEVNULL, stdout=output, stderr=output)


@cache
def _hashed_password() -> str:
    command = [program("openssl"), "passwd", "-6", "-salt", "peer", PASSWORD]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _await(peer: Peer) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", peer.port), 1):
                return
        except OSError:
            if time.monotonic() > until or peer.process.poll() is not None:
                message = f"sshd did not start: {peer.server_log}"
                raise RuntimeError(message) from None
            time.sleep(0.02)
