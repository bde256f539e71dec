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
STATED: Final = "stated-uplink"


def removed(place: Place, rule: str, nearer: str = "") -> Removed:
    """Say why ``place`` was taken out; ``nearer`` is the device that decided, where one did."""
    return Removed(place, rule, _because(place, rule, nearer))


def _because(place: Place, rule: str, nearer: str) -> Text:
    if rule == ROOT_PORT:
        return text("{port} of {device} leads towards the core", port=place.port, device=place.device)
    if rule == TRANSIT:
        return text(
            "{nearer} lies behind {port} of {device} and holds the address itself",
            nearer=nearer,
            port=place.port,
            device=place.device,
        )
    if rule == STATED:
        return text(
            "{port} of {device} leads towards the core: somebody stated it", port=place.port, device=place.device
        )
    if rule == MOVED:
        return text(
            "{nearer} held the address later than {port} of {device}, and another device confirms it",
            nearer=nearer,
            port=place.port,
            device=place.device,
        )
    if rule == PORT_DOWN:
        return text("{port} of {device} is down", port=place.port, device=place.device)
    return text("{port} of {device} is not a port a cable can be plugged into", port=place.port, device=place.device)
