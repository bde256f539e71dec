"""Personal data made unreadable: phone numbers and mail addresses, alone or inside other text."""

from __future__ import annotations

import re
from typing import Final

from inventory.model.values import narrow

_STAR: Final = "*"
_KEEP_START: Final = 3
_KEEP_END: Final = 4
_FULL: Final = 11
"""Digits of a mainland mobile number, and of most landlines with their area code."""
_SHORT: Final = 7
"""Digits of a local landline without area code."""

# A mobile number (1 3–9 …, 11 digits, perhaps grouped) or a landline with area code (0 …), never a part of a longer
# run of letters or digits: a bare MAC such as 13812345678a is none.
_WRITTEN_PHONE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8})(?![0-9A-Za-z])"
)
_WRITTEN_MAIL: Final = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+\-]*(@[A-Za-z0-9.\-]+)")


def mask_phone(phone: str | None) -> str | None:
    """Return a phone number with its middle hidden: ``13812341234`` becomes ``138****1234``.

    Separators stay. Numbers shorter than eleven digits keep less; below seven digits nothing stays.
    """
    if phone is None:
        return None
    written = narrow(phone).strip()
    country = re.match(r"(?:\+|00)86[ -]?", written)
    start = country.end() if country else 0
    places = [i for i in range(start, len(written)) if written[i].isdigit()]
    first, last = _kept(len(places))
    hidden = set(places[first : len(places) - last])
    return "".join(_STAR if i in hidden else character for i, character in enumerate(written))


def _kept(digits: int) -> tuple[int, int]:
    """How many digits stay readable at the start and at the end."""
    if digits >= _FULL:
        return _KEEP_START, _KEEP_END
    if digits >= _SHORT:
        return 1, 2
    return 0, 0


def mask_mail(address: str | None) -> str | None:
    """Return a mail address with its name hidden: ``z***@example.cn``."""
    return None if address is None else _WRITTEN_MAIL.sub(r"\1***\2", address)


def mask_text(written: str | None) -> str | None:
    """Return text from a sheet's free field with phone numbers and mail addresses in it hidden."""
    if written is None:
        return None
    narrowed = narrow(written)
    masked = mask_mail(_WRITTEN_PHONE.sub(lambda found: mask_phone(found.group()) or "", narrowed))
    return written if masked == narrowed else masked
