"""Servers and a parser for the tests of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from probes.ssh.parser import Parser
from tests.unit.ssh.peers import Servers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def servers(tmp_path: object) -> Iterator[Servers]:
    from pathlib import Path  # noqa: PLC0415 -- only here

    started = Servers(Path(str(tmp_path)))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def parser() -> Iterator[Parser]:
    with Parser() as process:
        yield process
