"""What the facts' coverage allows to say: which devices and gateways were read, which addresses were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.model.coverage import NETWORK_TABLES, Completeness, Table
from inventory.model.records import DeviceRole
from inventory.reconcile.addresses import PrefixTable
from inventory.reconcile.asked import Asked, asked_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.factset import FactSet, ScannedBlock
    from inventory.model.observation import Observation
    from inventory.model.records import Filed, PrefixView
    from inventory.model.values import IPAddress

_ORDER: Final = (
    Completeness.UNSUPPORTED,
    Completeness.TIMED_OUT,
    Completeness.REFUSED,
    Completeness.FAILED,
    Completeness.TRUNCATED,
    Completeness.CHANGED,
    Completeness.COMPLETE,
)
_BELIEVED: Final = frozenset({Completeness.COMPLETE, Completeness.CHANGED, Completeness.TRUNCATED})
_Place: TypeAlias = tuple[str, int, int, int]
_TELLING: Final = NETWORK_TABLES - {Table.SYSTEM}
_ROUTING: Final = frozenset({DeviceRole.ROUTER, DeviceRole.CORE})


class Reading:
    """Coverage and gateways of one or several sweeps, asked in the words of prefixes and devices."""

    def __init__(self, facts: FactSet, filed: Filed, observations: Iterable[Observation]) -> None:
        self._prefixes = PrefixTable(filed.prefixes)
        self._roles = {device.name: device.role for device in filed.devices}
        self._best: dict[tuple[str, Table], Completeness] = {}
        for row in facts.coverage:
            known = self._best.get((row.device, row.table))
            if known is None or _ORDER.index(row.completeness) > _ORDER.index(known):
                self._best[row.device, row.table] = row.completeness
        tables: dict[str, set[Table]] = {}
        for device, table in self._best:
            tables.setdefault(device, set()).add(table)
        self._tables = {device: frozenset(found) for device, found in tables.items()}
        self._owners: dict[PrefixView, set[str]] = {}
        self._at: dict[tuple[str, IPAddress], set[str]] = {}
        for address in facts.addresses:
            self._at.setdefault((address.plane, address.ip), set()).add(address.device)
            prefix = self._prefixes.longest(address.plane, address.ip)
            if prefix is not None:
                self._owners.setdefault(prefix, set()).add(address.device)
        names = {device.address: device.name for device in filed.devices}
        for filed_prefix in filed.prefixes:
            if filed_prefix.gateway in names:
                owner = names[filed_prefix.gateway]
                self._at.setdefault((filed_prefix.plane, filed_prefix.gateway), set()).add(owner)
        self._resolvers: dict[PrefixView, set[str]] = {}
        self._add_resolvers(facts, observations)
        self._blocks = _widest(facts.blocks)
        self._asked = Asked(part for block in self._blocks for part in asked_of(block))

    def _add_resolvers(self, facts: FactSet, observations: Iterable[Observation]) -> None:
        named = {(row.plane, row.ip, row.device) for row in facts.arp}
        for seen in observations:
            if seen.location.gateway is not None:
                named.update((seen.plane, ip, seen.location.gateway) for ip in seen.ips)
        for plane, ip, device in named:
            prefix = self._prefixes.longest(plane, ip)
            if prefix is not None:
                self._resolvers.setdefault(prefix, set()).add(device)

    def completeness(self, device: str, table: Table) -> Completeness | None:
        """Return how the best read of a table ended; None when it was not asked for."""
        return self._best.get((device, table))

    def readable(self, device: str, table: Table) -> bool:
        """Whether rows of the table may be believed, all of them or some."""
        return self._best.get((device, table)) in _BELIEVED

    def asked_tables(self, device: str) -> frozenset[Table]:
        """Return the tables a device was asked for."""
        return self._tables.get(device, frozenset())

    def read(self, device: str) -> bool:
        """Whether rows of any table came that can tell of endpoints."""
        return any(self.readable(device, table) for table in _TELLING)

    def gateways(self, prefix: PrefixView) -> frozenset[str]:
        """Return the devices that resolve a prefix's addresses.

        Whoever owns the filed gateway address; else routers and cores with an address in the prefix; else whoever did
        resolve addresses of it; else whoever has an address in it.
        """
        owners = self._owners.get(prefix, set())
        candidates = (*self._owning(prefix), self._resolvers.get(prefix, set()), owners)
        return frozenset(next((found for found in candidates if found), set()))

    def settles(self, prefix: PrefixView) -> bool:
        """Whether it is known which devices resolve a prefix's addresses, whatever they resolved."""
        return any(self._owning(prefix))

    def _owning(self, prefix: PrefixView) -> tuple[set[str], set[str]]:
        owners = self._owners.get(prefix, set())
        return (
            self._at.get((prefix.plane, prefix.gateway), set()) if prefix.gateway is not None else set(),
            {device for device in owners if self._roles.get(device) in _ROUTING},
        )

    def resolved_completely(self, prefix: PrefixView) -> bool:
        """Whether every gateway's ARP table of a prefix was read to the end."""
        gateways = self.gateways(prefix)
        return bool(gateways) and all(self.completeness(g, Table.ARP) is Completeness.COMPLETE for g in gateways)

    def resolved_at_all(self, prefix: PrefixView) -> bool:
        """Whether at least part of a gateway's ARP table was read."""
        resolvers = bool(self._resolvers.get(prefix))
        return resolvers or any(self.readable(gateway, Table.ARP) for gateway in self.gateways(prefix))

    def asked(self, plane: str, ip: IPAddress) -> bool:
        """Whether the address certainly was probed: it lies in a block of which no address was left out."""
        return self._asked.holds(plane, ip)

    def touched(self, prefix: PrefixView) -> bool:
        """Whether anything in the prefix was probed."""
        return any(block.asked and block.plane == prefix.plane and _overlap(block, prefix) for block in self._blocks)

    @property
    def addresses_probed(self) -> int:
        """Addresses at least one probe left for. Where sweeps asked parts of each other's blocks, the larger count."""
        return _counted(self._blocks)


def _widest(blocks: Iterable[ScannedBlock]) -> list[ScannedBlock]:
    """Keep one block per network: the scan that asked most."""
    best: dict[tuple[str, object], ScannedBlock] = {}
    for block in blocks:
        key = (block.plane, block.network)
        known = best.get(key)
        if known is None or (block.asked, block.alive, block.limits) > (known.asked, known.alive, known.limits):
            best[key] = block
    return list(best.values())


def _counted(blocks: Iterable[ScannedBlock]) -> int:
    """Add up the addresses asked; of a block and those within it, the larger number."""
    asked = {_place(block, block.network.prefixlen): block.asked for block in blocks}
    lengths = sorted({key[2] for key in asked}, reverse=True)
    within: dict[_Place, int] = {}
    total = 0
    for block in sorted(blocks, key=lambda block: block.network.prefixlen, reverse=True):
        length = block.network.prefixlen
        here = max(block.asked, within.get(_place(block, length), 0))
        around = (_place(block, shorter) for shorter in lengths if shorter < length)
        outer = next((key for key in around if key in asked), None)
        if outer is None:
            total += here
        else:
            within[outer] = within.get(outer, 0) + here
    return total


def _place(block: ScannedBlock, length: int) -> _Place:
    """Return plane, IP version, prefix length and first bits of the network of that length around a block."""
    network = block.network
    return block.plane, network.version, length, int(network.network_address) >> (network.max_prefixlen - length)


def _overlap(block: ScannedBlock, prefix: PrefixView) -> bool:
    return block.network.version == prefix.cidr.version and block.network.overlaps(prefix.cidr)
