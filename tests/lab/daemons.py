"""The agents of a device: snmpd, lldpd and sshd, each in the device's own namespaces."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import credentials, kernel, lldp_control
from .process import program
from .wiring import BRIDGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RUN: Final = Path("/run/lab")
NAMESPACES: Final = Path("/run/netns")
HOST_NAMES: Final = Path("/run/uts")
AUDIT_ID: Final = 2201
_LLDP_SECONDS: Final = 10
_START_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Device:
    """What the agents of one device need to know."""

    name: str
    address: str
    mac: str
    ports: tuple[str, ...]
    profile: str
    tables: tuple[str, ...]
    lldp: bool
    reads: bool

    @property
    def folder(self) -> Path:
        """Where its sockets, keys and configuration live."""
        return RUN / self.name


class DaemonError(RuntimeError):
    """A daemon did not come up."""


def spawn(
    host: str,
    command: Sequence[str],
    *,
    log: Path,
    env: dict[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command inside a device: its network, its host name, and the /sys that belongs to them."""

    def enter() -> None:
        kernel.enter(NAMESPACES / host, kernel.NEW_NET)
        kernel.enter(HOST_NAMES / host, kernel.NEW_UTS)
        kernel.unshare(kernel.NEW_MOUNT)
        kernel.mount("sysfs", Path("/sys"), "sysfs")
        if before is not None:
            before()

    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(env or {})},
            # The sandbox's first process has one thread, and only a forked child may enter a namespace here.
            preexec_fn=enter,  # noqa: PLW1509 -- the lab has no threads
        )


def start(devices: Sequence[Device], public_key: str, *, single_user: bool) -> None:
    """Start every agent of every device and wait until they can be asked."""
    for device in devices:
        device.folder.mkdir(mode=0o755)
    readable = [device for device in devices if device.reads]
    keys = [_host_key(device) for device in readable]
    for device in readable:
        _snmpd(device)
    for key in keys:
        key.wait()
    for device in readable:
        _sshd(device, public_key, single_user=single_user)
    for device in readable:
        _await(device.folder / "agentx", f"snmpd of {device.name}")
    _start_lldp([device for device in devices if device.lldp], single_user=single_user)


def _start_lldp(devices: Sequence[Device], *, single_user: bool) -> None:
    for device in devices:
        _lldpd(device, single_user=single_user)
    sockets = [device.folder / "lldpd" for device in devices]
    for socket in sockets:
        _await(socket, f"lldpd of {socket.parent.name}")
        lldp_control.begin(socket, tx_interval=_LLDP_SECONDS)
    for socket in sockets:
        # The first ones spoke before the last ones listened.
        lldp_control.speak_now(socket)


def _await(socket: Path, what: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not socket.is_socket():
        if time.monotonic() > deadline:
            message = f"{what} did not come up"
            raise DaemonError(message)
        time.sleep(0.02)


def _snmpd(device: Device) -> None:
    configuration = device.folder / "snmpd.conf"
    agent = RUN / "bridge_agent.py"
    lines = [
        f"agentAddress udp:{device.address}:161",
        f"exactEngineID 0x80001f8803{device.mac.replace(':', '')}",
        f"sysName {device.name}",
        "sysLocation lab",
        "master agentx",
        f"agentXSocket {device.folder / 'agentx'}",
    ]
    if device.profile == credentials.CORE_PROFILE:
        secrets = f"SHA-256 {credentials.AUTH_SECRET} AES {credentials.PRIVACY_SECRET}"
        lines += [f"createUser {credentials.USER} {secrets}", f"rouser {credentials.USER} priv"]
    else:
        lines.append(f"rocommunity {credentials.COMMUNITY}")
    if device.tables:
        serves = f"{sys.executable} -IS {agent} {BRIDGE} {','.join(device.tables)} {time.monotonic()}"
        lines.append(f"pass_persist .1.3.6.1.2.1.17 {serves}")
    configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
    state = {"SNMP_PERSISTENT_DIR": str(device.folder), "SNMPCONFPATH": str(device.folder), "MIBS": ""}
    spawn(
        device.name,
        ["snmpd", "-f", "-Lo", "-r", "-C", "-c", str(configuration)],
        log=device.folder / "snmpd.log",
        env=state,
    )


def _lldpd(device: Device, *, single_user: bool) -> None:
    # No lldpcli of its own (-L): lldp_control does that work.
    command = ["lldpd", "-d", "-L", "/bin/true", "-u", str(device.folder / "lldpd"), "-m", device.address]
    command += ["-I", ",".join(device.ports), "-C", ",".join((BRIDGE, *device.ports))]
    if device.reads:
        command += ["-x", "-X", str(device.folder / "agentx")]
    before = kernel.pretend_setgroups if single_user else None
    spawn(device.name, command, log=device.folder / "lldpd.log", before=before)


def _host_key(device: Device) -> subprocess.Popen[bytes]:
    key = str(device.folder / "host_key")
    return subprocess.Popen([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", device.name, "-f", key])


def _sshd(device: Device, public_key: str, *, single_user: bool) -> None:
    """Run it as the very user who logs in: that needs no privilege, and works with one user as well as with many."""
    authorized = device.folder / "authorized_keys"
    authorized.write_text(public_key, encoding="utf-8")
    configuration = device.folder / "sshd_config"
    configuration.write_text(
        f"Port 22\nListenAddress {device.address}\nHostKey {device.folder / 'host_key'}\n"
        f"AuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPidFile none\nPrintMotd no\nPrintLastLog no\nUseDNS no\n",
        encoding="utf-8",
    )
    server = [program("sshd"), "-D", "-e", "-f", str(configuration)]
    if single_user:
        become = ["unshare", "--user", f"--map-user={AUDIT_ID}", f"--map-group={AUDIT_ID}"]
    else:
        os.chown(device.folder / "host_key", AUDIT_ID, AUDIT_ID)
        become = ["setpriv", f"--reuid={AUDIT_ID}", f"--regid={AUDIT_ID}", "--clear-groups"]
    spawn(device.name, [*become, *server], log=device.folder / "sshd.log")
