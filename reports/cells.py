"""What may stand in a table's cell: typed values, so that every format can show them its own way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias, Union

from inventory.model.text import Text
from inventory.model.values import Mac

_HUNDREDTH: Final = Decimal("0.01")
RATE_DIGITS: Final = 4
"""Digits of a rate in JSON and sheets: 0.9024, that is 90.24 %."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate with the two numbers it was made of."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The rate rounded half up to four digits, or None where there is nothing to divide by."""
        percent = self.percent
        return None if percent is None else float(percent / 100)

    @property
    def percent(self) -> Decimal | None:
        """The rate in percent, rounded half up to 0.01."""
        if not self.whole:
            return None
        return (Decimal(self.part) * 100 / Decimal(self.whole)).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that could be computed but would mislead; people read why, programs read nothing."""

    word: Text


Cell: TypeAlias = Union[  # noqa: UP007 -- the recursion below needs a quoted name, which | does not take
    str,  # StrEnum members too: people read their word, programs their value
    int,
    float,
    bool,
    Mac,
    IPv4Address,
    IPv6Address,
    IPv4Network,
    IPv6Network,
    datetime,
    date,
    Text,
    Ratio,
    Withheld,
    tuple["Cell", ...],
    None,
]
"""None is "not known". A tuple shows its members one below the other."""
