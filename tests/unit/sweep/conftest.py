"""Namespaces for the tests of this folder."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.unit.sweep.spaces import PATH, Space

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def make_space() -> Iterator[Callable[[], Space]]:
    """A maker of namespaces that are gone when the module's tests are."""
    if os.geteuid() != 0 or not all(shutil.which(tool, path=PATH) for tool in ("ip", "nft", "unshare", "nsenter")):
        pytest.skip("network namespaces need root, iproute2, nftables and util-linux")
    with ExitStack() as stack:

        def make() -> Space:
            space = Space.make()
            stack.callback(space.end)
            return space

        yield make
