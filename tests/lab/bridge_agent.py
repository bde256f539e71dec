"""Answer snmpd's pass_persist requests for BRIDGE-MIB and Q-BRIDGE-MIB from a kernel bridge's live forwarding table.

Run by snmpd as `python3 -IS bridge_agent.py BRIDGE bridge|bridge,qbridge SINCE`, SINCE being when the bridge came up on
the monotonic clock. It stands alone and imports nothing of the lab.
"""

from __future__ import annotations

import bisect
import struct
import sys
import time
from pathlib import Path

Oid = tuple[int, ...]
Value = tuple[str, str]

ROOT: Oid = (1, 3, 6, 1, 2, 1, 17)
QBRIDGE: Oid = (*ROOT, 7, 1)
SELF, LEARNED = 4, 3
# A walk asks hundreds of times; the table it sees may be this old.
SNAPSHOT_SECONDS = 0.5
# struct __fdb_entry of linux/if_bridge.h: address, port low, is local, age, port high, padding.
ENTRY = struct.Struct("=6sBBIBBH")
VLAN = 1


def _number(path: Path, base: int = 10) -> int:
    return int(path.read_text(encoding="ascii"), base)


def _octets(text: str) -> str:
    return text.strip().replace(":", " ")


def forwarding(bridge: Path) -> list[tuple[bytes, int, int]]:
    """Read the forwarding table: MAC, base port (0 = the bridge itself), status."""
    raw = b""
    with (bridge / "brforward").open("rb", buffering=0) as file:
        while chunk := file.read(ENTRY.size * 256):
            raw += chunk
    rows = []
    for mac, low, local, _age, high, _pad, _unused in ENTRY.iter_unpack(raw):
        rows.append((mac, high << 8 | low, SELF if local else LEARNED))
    return sorted(set(rows))


def snapshot(bridge: Path, since: float, *, vlans: bool) -> dict[Oid, Value]:
    """Build every object the agent serves."""
    ports = {
        _number(port / "port_no", 16): _number(Path("/sys/class/net") / port.name / "ifindex")
        for port in (bridge / "brif").iterdir()
    }
    rows = forwarding(bridge)
    objects: dict[Oid, Value] = {
        (*ROOT, 1, 1, 0): ("octet", _octets((bridge / "address").read_text(encoding="ascii"))),
        (*ROOT, 1, 2, 0): ("integer", str(len(ports))),
        (*ROOT, 1, 3, 0): ("integer", "2"),
        # Spanning tree is off, so the topology has not changed since the bridge came up.
        (*ROOT, 2, 3, 0): ("timeticks", str(int((time.monotonic() - since) * 100))),
        (*ROOT, 4, 1, 0): ("counter", "0"),
        (*ROOT, 4, 2, 0): ("integer", str(_number(bridge / "bridge" / "ageing_time") // 100)),
    }
    for port, ifindex in ports.items():
        objects[*ROOT, 1, 4, 1, 1, port] = ("integer", str(port))
        objects[*ROOT, 1, 4, 1, 2, port] = ("integer", str(ifindex))
        objects[*ROOT, 1, 4, 1, 3, port] = ("objectid", ".0.0")
    for mac, port, status in rows:
        index = tuple(mac)
        objects[*ROOT, 4, 3, 1, 1, *index] = ("octet", mac.hex(" "))
        objects[*ROOT, 4, 3, 1, 2, *index] = ("integer", str(port))
        objects[*ROOT, 4, 3, 1, 3, *index] = ("integer", str(status))
    if vlans:
        objects.update(_qbridge(ports, rows))
    return objects


def _qbridge(ports: dict[int, int], rows: list[tuple[bytes, int, int]]) -> dict[Oid, Value]:
    learned = sum(status == LEARNED for _, _, status in rows)
    objects: dict[Oid, Value] = {
        (*QBRIDGE, 1, 1, 0): ("integer", "1"),
        (*QBRIDGE, 1, 2, 0): ("integer", "4094"),
        (*QBRIDGE, 1, 3, 0): ("gauge", "4094"),
        (*QBRIDGE, 1, 4, 0): ("gauge", "1"),
        (*QBRIDGE, 1, 5, 0): ("integer", "2"),
        (*QBRIDGE, 2, 1, 1, 2, VLAN): ("gauge", str(learned)),
        (*QBRIDGE, 4, 2, 1, 3, 0, VLAN): ("gauge", str(VLAN)),
        (*QBRIDGE, 4, 3, 1, 1, VLAN): ("string", "VLAN 1"),
    }
    for mac, port, status in rows:
        objects[*QBRIDGE, 2, 2, 1, 2, VLAN, *mac] = ("integer", str(port))
        objects[*QBRIDGE, 2, 2, 1, 3, VLAN, *mac] = ("integer", str(status))
    for port in ports:
        objects[*QBRIDGE, 4, 5, 1, 1, port] = ("gauge", str(VLAN))
    return objects


class Agent:
    """Keeps one snapshot in GETNEXT order and renews it when it has become old."""

    def __init__(self, bridge: Path, since: float, *, vlans: bool) -> None:
        self._bridge = bridge
        self._vlans = vlans
        self._since = since
        self._taken = float("-inf")
        self._objects: dict[Oid, Value] = {}
        self._order: list[Oid] = []

    def _renew(self) -> None:
        now = time.monotonic()
        if now - self._taken > SNAPSHOT_SECONDS:
            self._objects = snapshot(self._bridge, self._since, vlans=self._vlans)
            self._order = sorted(self._objects)
            self._taken = now

    def get(self, oid: Oid) -> tuple[Oid, Value] | None:
        """Answer a GET."""
        self._renew()
        return (oid, self._objects[oid]) if oid in self._objects else None

    def following(self, oid: Oid) -> tuple[Oid, Value] | None:
        """Answer a GETNEXT."""
        self._renew()
        place = bisect.bisect_right(self._order, oid)
        if place == len(self._order):
            return None
        return self._order[place], self._objects[self._order[place]]


def _parse(text: str) -> Oid:
    return tuple(int(part) for part in text.strip().strip(".").split("."))


def main() -> None:
    """Serve until snmpd closes the pipe."""
    name, tables, since = sys.argv[1:]
    agent = Agent(Path("/sys/class/net") / name, float(since), vlans="qbridge" in tables.split(","))
    while command := sys.stdin.readline():
        match command.strip():
            case "PING":
                answer = "PONG"
            case "get" | "getnext" as verb:
                oid = _parse(sys.stdin.readline())
                found = agent.get(oid) if verb == "get" else agent.following(oid)
                answer = "NONE" if found is None else "\n".join(("." + ".".join(map(str, found[0])), *found[1]))
            case "set":
                sys.stdin.readline()
                sys.stdin.readline()
                answer = "not-writable"
            case _:
                answer = "NONE"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
