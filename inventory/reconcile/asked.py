"""Which addresses certainly were probed: those of blocks of which no address was left out."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.factset import ScannedBlock
    from inventory.model.values import IPAddress, IPNetwork


class Asked:
    """Networks that were probed as a whole, asked about single addresses."""

    def __init__(self, networks: Iterable[tuple[str, IPNetwork]]) -> None:
        self._whole = frozenset(networks)
        self._lengths = sorted({(network.version, network.prefixlen) for _plane, network in self._whole})

    def holds(self, plane: str, ip: IPAddress) -> bool:
        """Whether the address certainly was probed."""
        return any(
            (plane, ip_network(f"{ip}/{length}", strict=False)) in self._whole
            for version, length in self._lengths
            if version == ip.version
        )


def whole(block: ScannedBlock) -> bool:
    """Network and broadcast address may be missing, nothing else: which one was excluded is not recorded."""
    return block.asked >= max(1, block.network.num_addresses - 2)
