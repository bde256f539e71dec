"""Replies that proved nothing, a few per sweep, for whoever reads the log: kept as they came, read by scapy later."""

from __future__ import annotations

from typing import Final

MOST: Final = 5
"""So many are kept; the rest is only ignored."""
_OCTETS: Final = 128


class Samples:
    """Odd replies of one sweep."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def keep(self, packet: bytes) -> None:
        """Keep a packet, from its network header on, while there is room."""
        if len(self.kept) < MOST:
            self.kept.append(packet[:_OCTETS])


def described(packet: bytes, *, arp: bool = False) -> str:
    """Say what a packet says. Costs an import of 200 ms and 30 MB the first time: never while packets are sent."""
    from scapy.layers.inet import IP  # noqa: PLC0415 -- see above
    from scapy.layers.l2 import ARP  # noqa: PLC0415 -- see above

    try:
        return str((ARP if arp else IP)(packet).summary())
    except Exception:  # noqa: BLE001 -- odd packets are odd: whatever scapy stumbles over, the octets are told
        return packet.hex()
