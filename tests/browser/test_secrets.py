"""What is shown once or on request: a phone number in full, and a program's token, on both widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PASSWORD, Portal, fits, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("browser")
PHONE = "13800001234"


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1200), ("en-GB", 390)])
def test_a_number_is_revealed_and_a_token_given_and_ended(
    portal: Portal, browser: Browser, language: str, width: int
) -> None:
    admin, label = f"r{width}", f"平台 {width}"
    with visiting(browser, language=language, width=width) as page:
        page.goto(f"{portal.url}/welcome")
        code = portal.code("add", admin, "--role", "admin")
        for field, value in (("name", admin), ("code", code), ("password", PASSWORD)):
            page.fill(f"[name={field}]", value)
        page.click("button.main")

        page.goto(f"{portal.url}/unit/S1/contacts")
        page.select_option("[name=role]", "leader")
        page.fill(".grid [name=name]", f"赵六{width}")
        page.fill(".grid [name=phone]", PHONE)
        page.click("main form button.main")
        row = page.locator("main table tr", has_text=f"赵六{width}").first
        row.wait_for()
        assert PHONE not in page.content()
        row.locator("form.inline button").click()
        row.get_by_text(PHONE).wait_for()
        assert page.url.endswith("/unit/S1/contacts")  # the number came alone
        assert fits(page)

        page.goto(f"{portal.url}/office/tokens")
        page.select_option("[name=name]", admin)
        page.fill("[name=label]", label)
        page.check("[name=scope][value='read:units']")
        assert fits(page)
        page.click("main form button.main")
        token = page.locator("[role=status] .token").inner_text()
        assert fits(page)
        bearer = {"Authorization": f"Bearer {token}"}
        assert page.request.get(f"{portal.url}/api/v1/units", headers=bearer).status == 200
        page.goto(f"{portal.url}/office/tokens")
        assert token not in page.content()
        line = page.locator("tr", has_text=label)
        line.locator("form.inline button").click()
        line.wait_for(state="detached")
        assert page.request.get(f"{portal.url}/api/v1/units", headers=bearer).status == 401
        assert fits(page)
