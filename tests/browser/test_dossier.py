"""A unit's own file in a browser: contacts, network, a scan, an address from request to approval and confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PASSWORD, Portal, fits, visiting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")


def enter(page: Page, portal: Portal, name: str, code: str) -> None:
    page.goto(f"{portal.url}/welcome")
    for field, value in (("name", name), ("code", code), ("password", PASSWORD)):
        page.fill(f"[name={field}]", value)
    page.click("button.main")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1200), ("en-GB", 390)])
def test_from_naming_a_contact_to_an_address_that_is_filed(
    portal: Portal, browser: Browser, tmp_path: Path, language: str, width: int
) -> None:
    name, person = f"张三{width}", f"c{width}"
    scan = tmp_path / "盖章.pdf"
    scan.write_bytes(b"%PDF-1.4 " + bytes(2_000))
    with visiting(browser, language=language, width=width) as page:
        enter(page, portal, person, portal.code("add", person, "--role", "contact", "--unit", "S1"))
        page.goto(f"{portal.url}/unit/S1/contacts")
        page.fill("[name=name]", name)
        page.click("main form button.main")
        page.locator("main table", has_text=name).first.wait_for()
        assert fits(page)

        page.goto(f"{portal.url}/unit/S1/profile")
        page.select_option("[name=nat]", "no")
        page.fill("[name=declared_endpoints]", str(width))
        page.click("main form button.main")
        page.get_by_role("status").wait_for()
        assert fits(page)
        page.goto(f"{portal.url}/unit/S1")
        assert str(width) in page.inner_text(".tiles")
        assert fits(page)

        page.goto(f"{portal.url}/unit/S1/addresses")
        address = page.locator("[name=ip] option").first.inner_text()
        for field, value in (
            ("mac", f"00-E0-FC-77-{width // 100:02}-01"), ("person", "李四"), ("phone", "13800001234"),
            ("device_type", "台式机"), ("location", "综合楼301"),
        ):  # fmt: skip
            page.fill(f"[name={field}]", value)
        page.select_option("[name=internet]", "no")
        page.click("main form button.main")
        page.locator("tr", has_text=address).wait_for()
        assert fits(page)

        page.goto(f"{portal.url}/unit/S1/attachments")
        page.set_input_files("[name=file]", scan)
        page.click("main form button.main")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="盖章.pdf").first.click()
        assert waiting.value.suggested_filename == "盖章.pdf"
        assert fits(page)

    with visiting(browser, language=language, width=width) as page:
        office = f"a{width}"
        enter(page, portal, office, portal.code("add", office, "--role", "reviewer"))
        page.goto(f"{portal.url}/office/overdue")
        assert fits(page)
        page.goto(f"{portal.url}/office/addresses")
        page.locator("tr", has_text=address).locator("[name=chosen]").check()
        page.click("[name=action][value=approve]")
        page.get_by_role("status").wait_for()
        assert fits(page)

        page.goto(f"{portal.url}/unit/S1/reconfirm")
        row = page.locator("tr", has_text=address)
        row.locator("[name=chosen]").check()
        page.click("main form button.main")
        page.get_by_role("status").wait_for()
        assert fits(page)
