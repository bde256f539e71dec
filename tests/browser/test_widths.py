"""The office's pages on a wide window and on a small phone, in both languages: nothing is wider than the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Portal, fits, visiting
from tests.browser.test_journeys import enter

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("browser")

OFFICE = (
    "/office", "/office/review", "/office/disputes", "/office/sweeps", "/office/sweeps/new", "/office/sweeps/1",
    "/office/devices", "/office/points", "/office/unassigned", "/office/find?q=127.0.0.250", "/office/log",
    "/unit/S1/endpoint/public/127.0.0.3", "/unit/B1",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1200), ("en-GB", 320)])
def test_no_page_of_the_office_is_wider_than_the_window(
    portal: Portal, browser: Browser, language: str, width: int
) -> None:
    name = f"root{width}"
    code = portal.code("add", name, "--role", "admin")
    with visiting(browser, language=language, width=width) as page:
        enter(page, portal, name, code)
        for path in OFFICE:
            answer = page.goto(f"{portal.url}{path}")
            assert answer is not None
            assert answer.status == 200, path
            assert fits(page), path
