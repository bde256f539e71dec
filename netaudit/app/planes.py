"""Which network plane an address is in, where only the registered prefixes can tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.facts import AddressFact, ArpRow
from inventory.model.values import PUBLIC_PLANE
from inventory.reconcile.addresses import PrefixTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.facts import Fact
    from inventory.model.records import PrefixView
    from inventory.model.values import IPAddress


class Planes:
    """The registered prefixes, asked for planes.

    A device names no plane in its tables, but perhaps a VPN: where that is called as a registered plane is, it is that
    plane. Else an address belongs to the plane whose prefixes hold it, and to the public one where several do or none
    does.
    """

    def __init__(self, prefixes: Iterable[PrefixView]) -> None:
        kept = tuple(prefixes)
        self._prefixes = PrefixTable(kept)
        self._planes = sorted({prefix.plane for prefix in kept} | {PUBLIC_PLANE})

    def of(self, ip: IPAddress) -> str:
        """Return the plane of an address."""
        holders = [plane for plane in self._planes if self._prefixes.longest(plane, ip) is not None]
        return holders[0] if len(holders) == 1 else PUBLIC_PLANE

    def settled(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Return a device's facts with the planes of their addresses."""
        return [self._settled(fact) if isinstance(fact, ArpRow | AddressFact) else fact for fact in facts]

    def _settled(self, fact: ArpRow | AddressFact) -> ArpRow | AddressFact:
        named = fact.plane != PUBLIC_PLANE and fact.plane in self._planes
        plane = fact.plane if named else self.of(fact.ip)
        return fact if plane == fact.plane else replace(fact, plane=plane)
