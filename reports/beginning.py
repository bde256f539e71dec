"""Why a drawing of the network begins at a device, in words."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

from inventory.model.text import Text, text
from inventory.model.topology import RootGround

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.model.topology import Contender


def grounds(one: Contender) -> Text:
    """Say why a drawing may begin there."""
    said = [_GROUNDS[ground](count) for ground, count in one.grounds.items()]
    return reduce(lambda first, second: text("{first}; {second}", first=first, second=second), said)


_GROUNDS: Final[dict[RootGround, Callable[[int | None], Text]]] = {
    RootGround.ASKED: lambda _: text("asked for"),
    RootGround.GATEWAY: lambda count: text("resolves {count} addresses, more than any other", count=count),
    RootGround.TREE: lambda count: text("root bridge of the spanning tree, by {count} devices", count=count),
    RootGround.ROLE: lambda _: text("filed as core switch"),
    RootGround.CENTRE: lambda _: text("nearest to all others over the links"),
}
