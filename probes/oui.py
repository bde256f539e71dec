"""Who made a network card: IEEE's registry as scapy ships it, asked offline.

The list (2.7 MB of text, IEEE's MA-L, MA-M and MA-S blocks as Wireshark assembles them) is read at the first question,
without the rest of scapy.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inventory.model.values import Mac

_PREFIX_DIGITS: Final = (9, 7, 6)
"""Hex digits of an assignment, longest first: MA-S 36 bits, MA-M 28 bits, MA-L 24 bits."""


def vendor(mac: Mac) -> str | None:
    """Return the manufacturer's full name; None for locally administered addresses and unknown blocks."""
    if mac.is_local or mac.is_group:
        return None
    digits = mac.text.replace(":", "").upper()
    names = _names()
    return next((names[digits[:length]] for length in _PREFIX_DIGITS if digits[:length] in names), None)


@cache
def _names() -> dict[str, str]:
    """Prefix in hex digits → name."""
    from scapy.libs.manuf import DATA  # noqa: PLC0415 -- 2.7 MB that most commands never need

    names = {}
    for line in DATA.splitlines():
        prefix, _, rest = line.strip().partition("\t")
        names.update(_entry(prefix.strip(), rest))
    return names


def _entry(prefix: str, rest: str) -> dict[str, str]:
    """Read a line: ``00:1B:C5:00:00:00/36  Convergi  Converging Systems Inc.``."""
    block, _, bits = prefix.partition("/")
    digits = block.replace(":", "")
    length = int(bits) // 4 if bits else len(digits)
    short, _, full = rest.partition("\t")
    name = full.strip() or short.strip()
    return {digits[:length]: name} if name and length in _PREFIX_DIGITS else {}
