"""The lab as a pytest fixture: one per test session (and per worker), skipped only where no lab can be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from .errors import LabUnavailableError
from .network import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .network import Lab


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """A running lab. Leave it as you found it: other tests of the session use the same one."""
    try:
        with running() as network:
            yield network
    except LabUnavailableError as error:
        if os.environ.get("NETAUDIT_LAB_REQUIRED") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))
