"""What makes an echo reply ours before anybody looks at its cookie: a keyed sum of address and cookie. Pure.

The kernel's filter can compute it (classic BPF has no tables and no 64-bit numbers, but multiplies), so of a flood of
forged replies not one reaches this process, even when the forger has seen a probe: its seal fits no other address and
no other cookie. The sum is quick, not cryptographic; what proves an answer is still its cookie, which is chance alone.
"""

from __future__ import annotations

import os
import struct
from typing import Final, NamedTuple

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
