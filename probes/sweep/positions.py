"""How far a sweep is in a block, told so that another one can go on from there. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from probes.blocks import Begun
from probes.sweep.permutation import Permutation
from probes.sweep.schedule import Way, steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from probes.blocks import Block, ProbePlan
    from probes.sweep.asking import BlockRun
    from probes.sweep.convoy import Travel

_MOST: Final = 255
KEEP_S: Final = 5.0
"""How often it is told how far the open blocks are, for whoever may be killed; never more than a twentieth of the time
goes into it."""
_KEEP_SHARE: Final = 20


class Turns:
    """When it is time to tell that again."""

    def __init__(self, now: float) -> None:
        self._at = now + KEEP_S

    def due(self, now: float) -> bool:
        """Say whether it is."""
        return now >= self._at

    def told(self, began: float, now: float) -> None:
        """Note that it was told, and how long that took."""
        self._at = now + max(KEEP_S, _KEEP_SHARE * (now - began))


def chain_of(plan: ProbePlan, *, icmp: bool) -> str:
    """Write down which probes are sent, in which order; ``icmp``: see :func:`probes.sweep.schedule.steps`."""
    chains = [steps(plan, way, icmp=icmp) for way in (Way.ROUTED, Way.ARP)]
    return "|".join(" ".join(f"{step.kind.value}{step.port or ''}" for step in chain) for chain in chains)


def told(travel: Travel, chain: str) -> Begun | None:
    """Return how many probes each address of a block was sent in vain; None when nothing was."""
    block, first = travel.block, int(travel.block.network.network_address)
    sent = _before(block, chain)
    if sent is None:
        return None
    if travel.by_hand and travel.by_hand.begun and travel.by_hand.begun.chain == chain:
        for at, number in enumerate(travel.by_hand.begun.sent):
            sent[at] = max(sent[at], number)
    for number, task in travel.tasks.items():
        if number not in travel.positions:
            continue
        step, here, before = travel.positions[number]
        members = _members(task.runs)
        for rank, member in enumerate(Permutation(len(members)).part(0, len(members))):
            at = members[member] - first
            sent[at] = max(sent[at], min(_MOST, step + (rank < here) - (rank >= before)))
    return Begun(chain, bytes(sent).rstrip(b"\0")) if any(sent) else None


def reached(run: BlockRun, chain: str) -> Begun | None:
    """Return the same of a block the kernel's sockets ask."""
    first, sent = int(run.block.network.network_address), _before(run.block, chain)
    if sent is None:
        return None
    for asking in run.askings:
        at = int(asking.ip) - first
        sent[at] = max(sent[at], min(_MOST, asking.in_vain))
    return Begun(chain, bytes(sent).rstrip(b"\0")) if any(sent) else None


def _before(block: Block, chain: str) -> bytearray | None:
    """Return how many were sent before this sweep began; None for a block too big for such a list."""
    if block.vast:
        return None
    sent = bytearray(block.network.num_addresses)
    if block.begun and block.begun.chain == chain:
        sent[: len(block.begun.sent)] = block.begun.sent
    return sent


def sent_before(block: Block, address: int, chain: str) -> int:
    """Return how many probes one address was sent in vain before this sweep began."""
    if block.begun is None or block.begun.chain != chain:
        return 0
    at = address - int(block.network.network_address)
    return block.begun.sent[at] if at < len(block.begun.sent) else 0


def given(block: Block, runs: Iterable[tuple[int, int]], chain: str) -> bytes:
    """Return how many probes each address of some runs was sent before, in their order; empty: none."""
    if block.begun is None or block.begun.chain != chain:
        return b""
    first, sent = int(block.network.network_address), block.begun.sent
    found = bytes(sent[at - first] if at - first < len(sent) else 0 for at in _members(runs))
    return found if any(found) else b""


def _members(runs: Iterable[tuple[int, int]]) -> Sequence[int]:
    return [address for first, last in runs for address in range(first, last + 1)]
