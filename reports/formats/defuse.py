"""Text that a spreadsheet must not take for a formula, nor its file for damaged."""

from __future__ import annotations

import re
from typing import Final

# Chinese input methods write full-width signs, and spreadsheets set to Chinese compute those as well.
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What XML 1.0 cannot carry: control characters, lone surrogates, noncharacters.
_NO_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def starts_formula(written: str) -> bool:
    """Tell whether a spreadsheet would compute this text instead of showing it."""
    return written.startswith(_STARTS_FORMULA)


def quoted(written: str) -> str:
    """Return the text with a leading apostrophe where it would start a formula."""
    return f"'{written}" if starts_formula(written) else written


def printable(written: str) -> str:
    """Return the text without the characters an XML file cannot carry."""
    return _NO_XML.sub("\ufffd", written)
