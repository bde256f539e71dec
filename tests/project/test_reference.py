"""The written reference is what the code says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netaudit.i18n import activate
from tests.project.reference import DOCS, WRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(("name", "make"), WRITTEN.items())
def test_reference_is_current(name: str, make: Callable[[], str]) -> None:
    activate("en")
    assert (DOCS / name).read_text(encoding="utf-8") == make(), "run: make docs"
