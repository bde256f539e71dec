"""The journeys of a unit's contact and of a reviewer, start to finish, in both languages, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.browser.conftest import PASSWORD, Portal, fits, visiting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")

WORDS = {
    "zh-CN": {"submitted": "已提交 1 条", "file": "备案", "approve": "通过所选", "filed": "已备案"},
    "en-GB": {"submitted": "Submitted: 1", "file": "File it", "approve": "Approve what is chosen", "filed": "filed"},
}


def enter(page: Page, portal: Portal, name: str, code: str) -> None:
    page.goto(f"{portal.url}/welcome")
    page.fill("[name=name]", name)
    page.fill("[name=code]", code)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")


@pytest.mark.parametrize(
    ("language", "width", "address"),
    [
        ("zh-CN", 1200, "127.0.0.1"),
        ("en-GB", 390, "127.0.0.2"),
        ("zh-CN", 390, "127.0.0.4"),
        ("en-GB", 1200, "127.0.0.5"),
    ],
)
def test_from_the_code_on_paper_to_the_filing_number(
    portal: Portal, browser: Browser, language: str, width: int, address: str
) -> None:
    words = WORDS[language]
    person, office = f"li{address[-1]}", f"office{address[-1]}"
    code = portal.code("add", person, "--role", "contact", "--unit", "S1", "--shown-name", "李老师")
    with visiting(browser, language=language, width=width) as page:
        enter(page, portal, person, code)
        assert page.url == f"{portal.url}/unit/S1"
        assert fits(page)
        row = page.locator("tr", has_text=address).first
        row.get_by_role("link", name=words["file"], exact=True).click()
        assert fits(page)
        page.fill("[name='mac.0']", f"00-E0-FC-00-00-{address[-1] * 2}")
        page.fill("[name='person.0']", "李四")
        page.fill("[name='phone.0']", "13800001234")
        page.fill("[name='device_type.0']", "台式机")
        page.fill("[name='location.0']", "综合楼301")
        page.select_option("[name='internet.0']", "no")
        page.click("button.main")
        assert words["submitted"] in page.inner_text("main")
        assert fits(page)

    with visiting(browser, language=language, width=width) as page:
        enter(page, portal, office, portal.code("add", office, "--role", "reviewer"))
        assert page.url == f"{portal.url}/office"
        assert fits(page)
        page.goto(f"{portal.url}/office/review")
        assert fits(page)
        page.locator("tr", has_text=address).locator("[name=chosen]").check()
        page.get_by_role("button", name=words["approve"]).click()
        assert page.locator("tr", has_text=address).count() == 0

    with visiting(browser, language=language, width=width) as page:
        page.goto(f"{portal.url}/login")
        page.fill("[name=name]", person)
        page.fill("[name=password]", PASSWORD)
        page.click("button.main")
        row = page.locator("tr", has_text=address).last
        assert words["filed"] in row.inner_text()
        row.get_by_role("link").first.click()
        assert fits(page)
        assert "综合楼301" in page.inner_text("main")


def test_the_sheet_through_the_browser(portal: Portal, browser: Browser, tmp_path: Path) -> None:
    code = portal.code("add", "zhang", "--role", "contact", "--unit", "S1")
    with visiting(browser, language="zh-CN") as page:
        enter(page, portal, "zhang", code)
        with page.expect_download() as waiting:
            page.get_by_role("link", name="下载备案表").click()
        file = tmp_path / "sheet.xlsx"
        waiting.value.save_as(file)
        book = openpyxl.load_workbook(file)
        sheet = book.worksheets[0]
        places = {sheet.cell(2, column).value: column for column in range(1, sheet.max_column + 1)}
        row = next(number for number in range(3, 60) if sheet.cell(number, places["ip"]).value == "127.0.0.3")
        filled = {
            "mac": "00-E0-FC-00-00-33", "person": "王五", "phone": "13900001234", "device_type": "打印机",
            "location": "大厅", "internet": "否",
        }  # fmt: skip
        for key, value in filled.items():
            sheet.cell(row, places[key]).value = value
        book.save(file)
        page.set_input_files("[name=file]", file)
        page.wait_for_url("**/sheet")
        assert "已提交" in page.locator("tr", has_text="127.0.0.3").inner_text()
        assert fits(page)


def test_another_units_pages_stay_closed(portal: Portal, browser: Browser) -> None:
    code = portal.code("add", "zhao", "--role", "contact", "--unit", "B1")
    with visiting(browser, language="zh-CN") as page:
        enter(page, portal, "zhao", code)
        assert page.url == f"{portal.url}/unit/B1"
        shown = page.inner_text("main")
        assert "127.0.0.1" not in shown
        assert fits(page)
