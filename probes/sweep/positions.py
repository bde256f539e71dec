"""How far the packet process is in a block, told so that another sweep can go on from there. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from probes.blocks import Begun
from probes.sweep.permutation import Permutation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from probes.blocks import Block
    from probes.sweep.convoy import Travel

_MOST: Final = 255


def told(travel: Travel, chain: str) -> Begun | None:
    """Return how many probes each address of a block was sent in vain; None when nothing was."""
    block, first = travel.block, int(travel.block.network.network_address)
    if block.vast or block.network.version != 4:  # noqa: PLR2004 -- IPv4
        return None
    sent = bytearray(block.network.num_addresses)
    if block.begun and block.begun.chain == chain:
        sent[: len(block.begun.sent)] = block.begun.sent
    for number, task in travel.tasks.items():
        if number not in travel.positions:
            continue
        step, here, before = travel.positions[number]
        members = _members(task.runs)
        for rank, member in enumerate(Permutation(len(members)).part(0, len(members))):
            at = members[member] - first
            sent[at] = max(sent[at], min(_MOST, step + (rank < here) - (rank >= before)))
    return Begun(chain, bytes(sent).rstrip(b"\0")) if any(sent) else None


def given(block: Block, runs: Iterable[tuple[int, int]], chain: str) -> bytes:
    """Return how many probes each address of some runs was sent before, in their order; empty: none."""
    if block.begun is None or block.begun.chain != chain:
        return b""
    first, sent = int(block.network.network_address), block.begun.sent
    found = bytes(sent[at - first] if at - first < len(sent) else 0 for at in _members(runs))
    return found if any(found) else b""


def _members(runs: Iterable[tuple[int, int]]) -> Sequence[int]:
    return [address for first, last in runs for address in range(first, last + 1)]
