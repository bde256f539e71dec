"""Which addresses certainly were probed: those of blocks of which no address was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.factset import DOUBTFUL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.model.factset import ScannedBlock
    from inventory.model.values import IPAddress, IPNetwork


class Asked:
    """Networks that were probed as a whole, asked about single addresses."""

    def __init__(self, networks: Iterable[tuple[str, IPNetwork]]) -> None:
        self._whole: dict[tuple[str, int], dict[int, set[int]]] = {}
        """Per plane and version: by how many host bits, the numbers of networks."""
        for plane, network in networks:
            bits = network.max_prefixlen - network.prefixlen
            lengths = self._whole.setdefault((plane, network.version), {})
            lengths.setdefault(bits, set()).add(int(network.network_address) >> bits)

    def holds(self, plane: str, ip: IPAddress) -> bool:
        """Whether the address certainly was probed."""
        number = int(ip)
        return any(number >> bits in found for bits, found in self._whole.get((plane, ip.version), {}).items())


def asked_of(block: ScannedBlock) -> Iterator[tuple[str, IPNetwork]]:
    """Yield the networks within a block, with their plane, of which every address was asked, but perhaps their ends.

    Where silence proves nothing, none was.
    """
    network, count = block.network, block.network.num_addresses
    if not DOUBTFUL.isdisjoint(block.limits):
        return
    if not block.left_out:  # the ends may be missing, or others in a block of an old registry
        if block.asked >= max(1, count - 2):
            yield block.plane, network
        return
    if block.asked < count - sum(one.num_addresses for one in block.left_out):
        return
    ends = {network[0], network[-1]}
    excluded = [one for one in block.left_out if one.num_addresses > 1 or one[0] not in ends]
    yield from ((block.plane, part) for part in _without(network, excluded))


def _without(network: IPNetwork, excluded: Sequence[IPNetwork]) -> Iterable[IPNetwork]:
    inside = [one for one in excluded if one.subnet_of(network)]  # type: ignore[arg-type]  # one version
    if not inside:
        return [network]
    if network in inside:
        return []
    halves = network.subnets()
    return [part for half in halves for part in _without(half, inside)]
