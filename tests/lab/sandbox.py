"""The first process of the sandbox: builds the network, starts its agents, and lives as long as its launcher.

Everything the lab consists of is inside this process's namespaces and dies with it. It reads one JSON line from its
standard input, answers with one JSON line, and ends when that input closes: also when the launcher was killed.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from . import daemons, kernel, stations, topology, wiring
from .process import program

if TYPE_CHECKING:
    from .topology import Topology
    from .wiring import Host, Plan

_OWN_NAMESPACE: Final = Path("/proc/self/ns")
_GROUP_FIELDS: Final = 4
_SYSTEM_USERS: Final = ("_lldpd", "sshd")


class MissingKernelPartError(RuntimeError):
    """The kernel lacks something the lab is made of."""


def build(network: Topology, public_key: str) -> None:
    """Build everything; the stations' process and the agents are running when this returns."""
    single_user = Path("/proc/self/uid_map").read_text(encoding="ascii").split()[2] == "1"
    _private_files(network, single_user=single_user)
    _require_kernel_parts()
    plan = wiring.plan(network)
    _namespaces(plan)
    _ip_batch(plan.links)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_configure, plan.hosts.values()))
    for host in plan.hosts.values():
        if host.strict_arp:
            _strict_arp(host)
    _start_stations(plan)
    daemons.start(_devices(network), public_key, single_user=single_user)
    # What the start-up has told the core must not spare a sweep its work.
    subprocess.run(
        [program("ip"), "-n", network.core.name, "neigh", "flush", "all"], check=True, stdout=subprocess.DEVNULL
    )


def _private_files(network: Topology, *, single_user: bool) -> None:
    """Lay a private /run over the machine's, and private versions of a few lists over those in /etc."""
    run = Path("/run")
    kernel.mount("tmpfs", run, "tmpfs")
    for folder in ("netns", "uts", "lab", "lldpd", "sshd"):
        (run / folder).mkdir(mode=0o755)
    shutil.copy(Path(__file__).with_name("bridge_agent.py"), daemons.RUN / "bridge_agent.py")
    for name, extra in (
        ("passwd", f"audit:x:{daemons.AUDIT_ID}:{daemons.AUDIT_ID}:lab:/run/lab:/bin/sh"),
        ("group", f"audit:x:{daemons.AUDIT_ID}:"),
    ):
        lines = (Path("/etc") / name).read_text(encoding="utf-8").splitlines()
        if single_user:
            # The only user there is stands in for the daemons' own ones.
            lines = [_as_root(line) for line in lines]
        _overlay(name, [*lines, extra])
    known = [f"{address} {name}" for name, address in network.device_addresses.items()]
    _overlay("hosts", ["127.0.0.1 localhost", f"{network.admin.ip} {network.admin.name}", *known])
    # A name server that cannot be reached would cost everybody who asks for a name five seconds.
    _overlay("resolv.conf", ["# no name server in the lab"])


def _overlay(name: str, lines: list[str]) -> None:
    target = Path("/etc") / name
    if target.is_file():
        (Path("/run") / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        kernel.bind(Path("/run") / name, target)


def _as_root(line: str) -> str:
    fields = line.split(":")
    if fields[0] in _SYSTEM_USERS:
        fields[2] = "0"
        if len(fields) > _GROUP_FIELDS:
            fields[3] = "0"
    return ":".join(fields)


def _require_kernel_parts() -> None:
    lines = [
        "link add name probe0 type bridge",
        "link add name probe1 type veth peer name probe2",
        "link add name probe3 link probe1 type macvlan mode bridge",
        "link del probe3",
        "link del probe1",
        "link del probe0",
    ]
    try:
        _ip_batch(lines)
    except subprocess.CalledProcessError as error:
        message = f"this kernel offers no bridge, veth or macvlan: {error.stderr.strip()}"
        raise MissingKernelPartError(message) from error


def _ip_batch(lines: list[str], namespace: str = "") -> None:
    command = ["ip", *(["-n", namespace] if namespace else []), "-batch", "-"]
    subprocess.run(command, input="\n".join(lines) + "\n", check=True, text=True, capture_output=True)


def _namespaces(plan: Plan) -> None:
    """Create a network namespace per host, and a host name for those that have one."""
    _keep(_OWN_NAMESPACE / "net", stations.NAMESPACES / "sandbox")
    _keep(_OWN_NAMESPACE / "uts", daemons.HOST_NAMES / "sandbox")
    for host in plan.hosts.values():
        kernel.unshare(kernel.NEW_NET | (kernel.NEW_UTS if host.named else 0))
        _keep(_OWN_NAMESPACE / "net", stations.NAMESPACES / host.name)
        if host.named:
            socket.sethostname(host.name)
            _keep(_OWN_NAMESPACE / "uts", daemons.HOST_NAMES / host.name)
        _settings(host)
    kernel.enter(stations.NAMESPACES / "sandbox", kernel.NEW_NET)
    kernel.enter(daemons.HOST_NAMES / "sandbox", kernel.NEW_UTS)


def _keep(namespace: Path, name: Path) -> None:
    name.touch()
    kernel.bind(namespace, name)


def _settings(host: Host) -> None:
    settings = {
        "ipv6/conf/all/disable_ipv6": "1",
        "ipv6/conf/default/disable_ipv6": "1",
        "ipv4/conf/all/rp_filter": "0",
        "ipv4/conf/default/rp_filter": "0",
        "ipv4/conf/all/send_redirects": "0",
        "ipv4/conf/default/send_redirects": "0",
        # A router that limits its ICMP errors would make a sweep's result depend on its speed.
        "ipv4/icmp_ratelimit": "0",
        "ipv4/ip_forward": "1" if host.forwards else "0",
        "ipv4/ip_unprivileged_port_start": "0",
    }
    for name, value in settings.items():
        path = Path("/proc/sys/net") / name
        if path.exists():
            path.write_text(value, encoding="ascii")


def _configure(host: Host) -> None:
    _ip_batch(host.lines, host.name)
    if host.filter:
        command = ["ip", "netns", "exec", host.name, "nft", "-f", "-"]
        subprocess.run(command, input=host.filter, check=True, text=True, capture_output=True)


def _strict_arp(host: Host) -> None:
    kernel.enter(stations.NAMESPACES / host.name, kernel.NEW_NET)
    for interface in host.strict_arp:
        settings = Path("/proc/sys/net/ipv4/conf") / interface
        (settings / "arp_ignore").write_text("1", encoding="ascii")
        (settings / "arp_announce").write_text("2", encoding="ascii")
    kernel.enter(stations.NAMESPACES / "sandbox", kernel.NEW_NET)


def _start_stations(plan: Plan) -> None:
    ready, tell = os.pipe()
    if os.fork() == 0:
        try:
            everybody = stations.Stations(plan)
            everybody.speak_due()
            os.write(tell, b"1")
            os.close(tell)
            everybody.run_forever()
        finally:
            os._exit(1)
    os.close(tell)
    if os.read(ready, 1) != b"1":
        message = "the stations' process did not start"
        raise daemons.DaemonError(message)
    os.close(ready)


def _devices(network: Topology) -> list[daemons.Device]:
    core = network.core
    devices = [
        daemons.Device(
            name=core.name,
            address=str(core.address),
            mac=network.core_port_mac("ge0-0-1"),
            ports=tuple(f"ge0-0-{number}" for number in range(1, core.ports + 1)),
            profile=core.profile,
            tables=(),
            lldp=True,
            reads=True,
        )
    ]
    devices.extend(
        daemons.Device(
            name=switch.name,
            address=str(switch.address),
            mac=switch.mac,
            ports=tuple(network.ports_of(switch.name)),
            profile=switch.profile,
            tables=switch.tables,
            lldp=switch.lldp,
            reads=switch.reads,
        )
        for switch in network.switches
        if switch.managed and not switch.cut
    )
    return devices


def _explain(error: Exception) -> dict[str, str]:
    if isinstance(error, MissingKernelPartError):
        return {"unavailable": str(error), "hint": "modprobe bridge veth macvlan nf_tables, or another kernel"}
    detail = str(error)
    if isinstance(error, subprocess.CalledProcessError):
        detail = f"{' '.join(error.cmd)}: {(error.stderr or '').strip()}"
    return {"failed": f"{type(error).__name__}: {detail}"}


def _wait(request: Any) -> None:  # noqa: ANN401 -- what JSON gives
    """Collect the dead until the launcher is gone, then leave no directory behind either."""
    while True:
        readable, _, _ = select.select([sys.stdin], [], [], 1.0)
        if readable and not os.read(sys.stdin.fileno(), 1024):
            break
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
    if request["temporary"]:
        shutil.rmtree(request["directory"], ignore_errors=True)


def main() -> int:
    """Build, report, wait."""
    request = json.loads(sys.stdin.readline())
    try:
        build(topology.load(), request["public_key"])
    except Exception as error:  # noqa: BLE001 -- whatever it is, the launcher must hear of it
        print(json.dumps(_explain(error)), flush=True)
        return 1
    print(json.dumps({"ready": True}), flush=True)
    _wait(request)
    return 0


if __name__ == "__main__":
    sys.exit(main())
