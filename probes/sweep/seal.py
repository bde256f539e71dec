"""What makes an answer ours before anybody looks at its cookie: a keyed sum of address and cookie. Pure.

The kernel's filter can compute it (classic BPF has no tables and no 64-bit numbers, but multiplies), so of a flood of
forged echo replies not one reaches this process, even when the forger has seen a probe: its seal fits no other address
and no other cookie. TCP and UDP bring back less: there the sum says from which of our ports an address is asked, and
one forged answer in thirty-two gets as far as its cookie. The sum is quick, not cryptographic; what proves an answer is
still its cookie, which is chance alone.
"""

from __future__ import annotations

import os
import struct
from typing import Final, NamedTuple

TURNS: Final = 8
"""So many rounds in turn ask an address from ports of their own."""
_KEY: Final = struct.Struct("=6H2I")
_WORD: Final = 0xFFFF
_ODD: Final = 0x8001
"""In every factor: an odd one loses nothing, and the highest bit carries everything upwards."""


class Seal(NamedTuple):
    """The key of one sweep."""

    factors: tuple[int, int, int, int, int, int]
    """16 bits each: of the halves of the address, of those of the cookie, of those of what these make."""
    turned: tuple[int, int]
    """32 bits each: turned in what they make, and in the end."""

    @classmethod
    def drawn(cls) -> Seal:
        """Return one that nobody can guess."""
        one, two, three, four, five, six, inner, outer = _KEY.unpack(os.urandom(_KEY.size))
        return cls((one | _ODD, two | _ODD, three | _ODD, four | _ODD, five | _ODD, six | _ODD), (inner, outer))

    def of(self, addresses: int, cookies: int, ones: int = 1) -> int:
        """Return the seal of an address and a cookie, or of a column of them: 32 bits each in one long integer.

        Args:
            addresses: 32-bit numbers.
            cookies: as many, as they are sent.
            ones: 1 in every 32 bits.
        """
        low, (inner, outer) = _WORD * ones, self.turned
        one, two, three, four, five, six = self.factors
        # 16 times 16 bits stay within 32, so no lane runs over into the next.
        mixed = (addresses & low) * one ^ (addresses >> 16 & low) * two
        mixed ^= (cookies & low) * three ^ (cookies >> 16 & low) * four ^ inner * ones
        return (mixed & low) * five ^ (mixed >> 16 & low) * six ^ outer * ones


class Spread(NamedTuple):
    """Source ports that follow each other; which of them asks an address, and in which round, its seal says."""

    first: int
    """A multiple of ``size``."""
    size: int
    """A power of two, from :data:`TURNS` to 256."""

    def turn(self, mark: int, ours: int) -> int | None:
        """Return the round, modulo :data:`TURNS`, in which a port asks who has this seal; None: in none."""
        place = ours - self.first
        turn = (place - mark) % self.size
        return turn if 0 <= place < self.size and turn < TURNS else None


class Marks(NamedTuple):
    """All that is looked at before a cookie is."""

    seal: Seal
    tcp: Spread | None = None
    """The ports SYNs leave from; None: none do."""
    udp: Spread | None = None

    def turn(self, spread: Spread | None, address: int, port: int, ours: int) -> int | None:
        """Return the round in which a port of an address was asked from one of ours; None: it never was."""
        return spread.turn(self.seal.of(address, port), ours) if spread else None
