"""Why a place that reported a MAC is not the answer, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.location import Removed
from inventory.model.text import text

if TYPE_CHECKING:
    from inventory.model.location import Place
    from inventory.model.text import Text

ROOT_PORT: Final = "root-port"
TRANSIT: Final = "transit"
PORT_DOWN: Final = "port-down"
VIRTUAL_PORT: Final = "virtual-port"
MOVED: Final = "moved"
LATER: Final = "later"
LEFT: Final = frozenset({MOVED, LATER})
"""Where the station was before."""
STATED: Final = "stated-uplink"


def removed(place: Place, rule: str, nearer: str = "") -> Removed:
    """Say why ``place`` was taken out; ``nearer`` is the device that decided, where one did."""
    return Removed(place, rule, _because(place, rule, nearer))


def _because(place: Place, rule: str, nearer: str) -> Text:
    port, device = place.port, place.device
    if rule == ROOT_PORT:
        return text("{port} of {device} leads towards the core", port=port, device=device)
    if rule == STATED:
        return text("{port} of {device} leads towards the core: somebody stated it", port=port, device=device)
    if rule == PORT_DOWN:
        return text("{port} of {device} is down", port=port, device=device)
    if nearer:
        return _decided(port, device, rule, nearer)
    return text("{port} of {device} is not a port a cable can be plugged into", port=port, device=device)


def _decided(port: str, device: str, rule: str, nearer: str) -> Text:
    if rule == MOVED:
        return text(
            "{nearer} held the address later than {port} of {device}, and another device confirms it",
            nearer=nearer,
            port=port,
            device=device,
        )
    if rule == LATER:
        return text(
            "{nearer} held the address later than {port} of {device}, and nothing says that it went back",
            nearer=nearer,
            port=port,
            device=device,
        )
    return text(
        "{nearer} lies behind {port} of {device} and holds the address itself",
        nearer=nearer,
        port=port,
        device=device,
    )
