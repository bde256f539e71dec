"""Where somebody said that probes are prohibited, and is obeyed. Pure.

One *administratively prohibited* may be about one host. Several from one router, about different addresses of a part of
the network in which nobody answered, are about that part: nothing more is sent there.
"""

from __future__ import annotations

from typing import Final

ENOUGH: Final = 3


class Fences:
    """What routers said about each part of the network."""

    __slots__ = ("_alive", "_said", "closed")

    def __init__(self) -> None:
        self._said: dict[tuple[int, object], set[int]] = {}
        self._alive: set[int] = set()
        self.closed: set[int] = set()
        """Parts nothing more is sent to."""

    def forbidden(self, part: int, router: object, address: int) -> bool:
        """Take in that a router forbade to ask an address; True when that closes the part."""
        if part in self._alive or part in self.closed:
            return False
        said = self._said.setdefault((part, router), set())
        said.add(address)
        if len(said) < ENOUGH:
            return False
        self.closed.add(part)
        return True

    def alive(self, part: int) -> bool:
        """Take in that somebody answered there; True when the part was closed and is open again."""
        self._alive.add(part)
        if part not in self.closed:
            return False
        self.closed.discard(part)
        return True


def part(address: int, version: int = 4) -> int:
    """Return the part an address is in: its /24, or its /64."""
    return address >> (8 if version == 4 else 64)  # noqa: PLR2004 -- IPv4
