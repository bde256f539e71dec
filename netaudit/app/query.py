"""An address as people write it: which one is meant."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.model.errors import UsageError
from inventory.model.text import text
from inventory.model.values import Mac, narrow

if TYPE_CHECKING:
    from inventory.model.values import IPAddress


def parse(query: str) -> IPAddress | Mac:
    """Read an IP address or a MAC in any spelling.

    Raises:
        UsageError: it is neither.
    """
    found = read_address(query)
    if found is None:
        raise UsageError(
            text("{query!r} is neither an IP address nor a MAC address.", query=query),
            text("Write 192.0.2.7, 2001:db8::7, 00:e0:fc:12:34:56 or 00e0-fc12-3456."),
        )
    return found


def read_address(query: str) -> IPAddress | Mac | None:
    """Read an IP address or a MAC in any spelling; None where it is neither."""
    try:
        return ip_address(narrow(query).strip())
    except ValueError:
        pass
    try:
        return Mac.parse(query)
    except ValueError:
        return None
