"""Whether two spellings name the same port: ``GE0/0/25`` on a sheet, ``GigabitEthernet0/0/25`` from the device."""

from __future__ import annotations

import re
from typing import Final

from inventory.model.values import narrow

_NAME: Final = re.compile(r"([a-z][a-z \-_]*?)[ \-_]?(\d.*)")
# Huawei, H3C, Ruijie, ZTE, Cisco: long and short names of the same kind of port.
_KINDS: Final = {
    "gigabitethernet": "ge",
    "gi": "ge",
    "gei": "ge",
    "g": "ge",
    "xgigabitethernet": "xge",
    "tengigabitethernet": "xge",
    "tengige": "xge",
    "ten-gigabitethernet": "xge",
    "te": "xge",
    "xgei": "xge",
    "fastethernet": "fe",
    "fa": "fe",
    "f": "fe",
    "ethernet": "eth",
    "e": "eth",
    "eth-trunk": "trunk",
    "bridge-aggregation": "trunk",
    "bagg": "trunk",
    "aggregateport": "trunk",
    "ag": "trunk",
    "port-channel": "trunk",
    "po": "trunk",
    "smartgroup": "trunk",
    "forty-gigabitethernet": "40ge",
    "fortygige": "40ge",
    "fge": "40ge",
    "hundredgige": "100ge",
    "hge": "100ge",
}


def canonical(name: str) -> str:
    """Return one spelling for all spellings of a port's name; a name of no known kind only loses case and blanks."""
    plain = narrow(name).strip().lower()
    match = _NAME.fullmatch(plain)
    if match is None:
        return plain.replace(" ", "")
    kind, number = match[1].strip(" -_"), match[2].replace(" ", "")
    return f"{_KINDS.get(kind, kind)}{number}"
