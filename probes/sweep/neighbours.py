"""The kernel's neighbour table: which stations this computer resolved itself, by ARP or ND."""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from inventory.model.values import Mac
from probes.sweep.netlink import GETNEIGH, Netlink, attributes

if TYPE_CHECKING:
    from inventory.model.values import IPAddress

_NEIGHBOUR: Final = struct.Struct("=BxxxiHBB")  # ndmsg: family, index, state, flags, type
_NDA_DST, _NDA_LLADDR, _NDA_CACHEINFO = 1, 2, 3
_REACHABLE, _STALE, _DELAY, _PROBE = 0x02, 0x04, 0x08, 0x10
_LEARNED: Final = _REACHABLE | _STALE | _DELAY | _PROBE  # not INCOMPLETE, FAILED, NOARP, PERMANENT
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SLACK_S: Final = 0.05  # ticks are 10 ms

CONFIRM_S: Final = 6.5
"""A stale entry that is used is asked again after 5 s (delay_first_probe_time), and answers within a second."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One resolved row of the table."""

    mac: Mac
    link: int
    reachable: bool
    """The kernel itself holds it for alive: confirmed in the last 15 to 45 s."""
    confirmed_s: float
    """Seconds since the station last proved to be there."""

    def alive(self, asked_s: float) -> bool:
        """Whether the row proves a station alive, when it was asked ``asked_s`` seconds ago.

        A stale row may be hours old and its station switched off: it counts only when confirmed since we asked.
        """
        return self.reachable or self.confirmed_s <= asked_s + _SLACK_S


def read(netlink: Netlink) -> dict[tuple[IPAddress, int], Neighbour]:
    """Read the table: (address, interface index) → row with a MAC a station could own.

    Raises:
        OSError: the kernel did not answer.
    """
    found: dict[tuple[IPAddress, int], Neighbour] = {}
    for row in netlink.dump(GETNEIGH, _NEIGHBOUR.pack(socket.AF_UNSPEC, 0, 0, 0, 0)):
        family, link, state, _flags, _type = _NEIGHBOUR.unpack_from(row)
        values = attributes(row, _NEIGHBOUR.size)
        mac, ip = values.get(_NDA_LLADDR, b""), values.get(_NDA_DST)
        if family not in {socket.AF_INET, socket.AF_INET6} or not state & _LEARNED or ip is None or len(mac) != 6:  # noqa: PLR2004 -- EUI-48
            continue
        age = struct.unpack_from("=I", values[_NDA_CACHEINFO])[0] / _TICKS if _NDA_CACHEINFO in values else float("inf")
        station = Mac.from_bytes(mac)
        if not (station.is_group or station.is_null):
            found[ip_address(ip), link] = Neighbour(station, link, bool(state & _REACHABLE), age)
    return found


class NeighbourTable:
    """The table as last read, read again when something newer is needed."""

    def __init__(self, netlink: Netlink) -> None:
        self._netlink = netlink
        self._rows: dict[tuple[IPAddress, int], Neighbour] = {}
        self.read_at = float("-inf")
        self.readable = True

    def refresh(self, not_before: float, now: float) -> None:
        """Read the table unless the copy at hand was read at ``not_before`` or later."""
        if self.read_at >= not_before:
            return
        try:
            self._rows = read(self._netlink)
        except OSError:
            self._rows, self.readable = {}, False
        self.read_at = now

    def row(self, ip: IPAddress, link: int) -> Neighbour | None:
        """Return the row of a station on one link."""
        return self._rows.get((ip, link))
