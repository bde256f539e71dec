"""Many addresses as first and last of each run: a whole /8 takes no more room than one address. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from itertools import accumulate
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory.model.values import IPAddress, IPNetwork


class Addresses(Sequence["IPAddress"]):
    """A sequence of addresses of one IP version, made only when asked for."""

    __slots__ = ("_ends", "runs", "version")

    def __init__(self, version: int, runs: Iterable[tuple[int, int]]) -> None:
        """Take first and last address of each run, as numbers; runs that follow on each other become one."""
        self.version = version
        joined: list[tuple[int, int]] = []
        for first, last in runs:
            if joined and joined[-1][1] + 1 == first:
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        self.runs = tuple(joined)
        self._ends = tuple(accumulate(last - first + 1 for first, last in joined))

    @classmethod
    def within(cls, network: IPNetwork) -> Addresses:
        """Return every address of a network, its first and last included."""
        return cls(network.version, [(int(network[0]), int(network[-1]))])

    @classmethod
    def listed(cls, addresses: Iterable[IPAddress]) -> Addresses:
        """Return addresses of one version in the order they are given; IPv4 when there are none."""
        each = list(addresses)
        return cls(each[0].version if each else 4, [(int(address), int(address)) for address in each])

    def without(self, others: Iterable[tuple[int, int]]) -> Addresses:
        """Return these addresses but those of some runs."""
        runs = list(self.runs)
        for low, high in others:
            runs = [
                part
                for first, last in runs
                for part in ((first, min(last, low - 1)), (max(first, high + 1), last))
                if part[0] <= part[1]
            ]
        return Addresses(self.version, runs)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, place: int) -> IPAddress: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[IPAddress, ...]: ...

    def __getitem__(self, place: int | slice) -> IPAddress | tuple[IPAddress, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        run = bisect_right(self._ends, at)
        return self._make(self.runs[run][1] + 1 - self._ends[run] + at)

    def __iter__(self) -> Iterator[IPAddress]:
        for first, last in self.runs:
            yield from map(self._make, range(first, last + 1))

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, (IPv4Address, IPv6Address)) or address.version != self.version:
            return False
        return any(first <= int(address) <= last for first, last in self.runs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Addresses) and (self.version, self.runs) == (other.version, other.runs)

    def __hash__(self) -> int:
        return hash((self.version, self.runs))

    def __repr__(self) -> str:
        runs = ", ".join(f"{self._make(first)}-{self._make(last)}" for first, last in self.runs)
        return f"Addresses({runs})"

    def _make(self, number: int) -> IPAddress:
        return IPv4Address(number) if self.version == 4 else IPv6Address(number)  # noqa: PLR2004 -- IPv4


def runs(addresses: Sequence[IPAddress], version: int) -> tuple[tuple[int, int], ...]:
    """Return first and last of each run of those addresses that are of one version, as numbers."""
    if isinstance(addresses, Addresses):
        return addresses.runs if addresses.version == version else ()
    return Addresses.listed(address for address in addresses if address.version == version).runs
