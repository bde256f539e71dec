"""The life of a registration through the real command line."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest

from tests.end_to_end.in_process import Call, Done, calling

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
RETURNED = json.loads((SCHEMAS / "registration-import.schema.json").read_text(encoding="utf-8"))
FILING = json.loads((SCHEMAS / "filing.schema.json").read_text(encoding="utf-8"))
CARD = ("--unit", "S1", "--ip", "10.0.0.5", "--mac", "00E0FC000005")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Call netaudit with a unit and a prefix registered."""
    with calling(tmp_path, monkeypatch, capfd) as call:
        said(call("unit", "add", "--code", "S1", "--name", "小学"))
        said(call("prefix", "add", "--cidr", "10.0.0.0/24", "--unit", "S1"))
        yield call


def said(done: Done, code: int = 0) -> str:
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout + done.stderr


def document(done: Done) -> Any:  # noqa: ANN401 -- JSON
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def listed(done: Done, kind: str) -> Any:  # noqa: ANN401 -- JSON
    """Return a document that fits its definition in the schema."""
    found = document(done)
    jsonschema.validate(found, {"$ref": f"#/$defs/{kind}", "$defs": FILING["$defs"]})
    return found


def states(run: Call, *filters: str) -> list[tuple[str, str]]:
    return [(r["ip"], r["state"]) for r in document(run("registration", "list", *filters, "--format", "json"))]


def test_from_draft_to_filing_number(run: Call) -> None:
    said(run("registration", "add", *CARD, "--draft"))
    assert "Still to be filled in: User, Phone" in said(run("registration", "submit", "10.0.0.5"), 2)
    filled = ("--person", "李四", "--phone", "13800001234", "--device-type", "台式机", "--location", "301")
    said(run("registration", "edit", "10.0.0.5", *filled, "--internet", "否"))
    said(run("registration", "submit", "10.0.0.5"))
    assert states(run, "--waits-for", "office") == [("10.0.0.5", "submitted")]
    said(run("registration", "reject", "10.0.0.5", "--reason", "房间号不对"))
    assert document(run("registration", "show", "10.0.0.5", "--format", "json"))["reason"] == "房间号不对"
    said(run("registration", "submit", "10.0.0.5"))
    told = said(run("registration", "approve", "10.0.0.5"))
    number = re.search(r"\d{4}-\d{6}", told)
    assert number is not None
    shown = document(run("registration", "show", number[0], "--format", "json"))
    assert [step["action"] for step in shown["history"]] == ["file", "edit", "submit", "return", "submit", "approve"]
    assert (shown["number"], shown["turn"], shown["phone"]) == (number[0], "nobody", "138****1234")


def test_the_office_files_at_once_amends_and_cancels(run: Call) -> None:
    said(run("registration", "add", *CARD, "--person", "李四"))
    said(run("registration", "amend", "10.0.0.5", "--ip", "10.0.0.6", "--reason", "换座位"))
    assert states(run) == [("10.0.0.5", "amending")]
    assert "10.0.0.6" in said(run("registration", "show", "10.0.0.5"))
    said(run("registration", "withdraw", "10.0.0.5"))
    said(run("registration", "amend", "10.0.0.5", "--ip", "10.0.0.6", "--now"))
    assert states(run) == [("10.0.0.6", "approved")]
    said(run("registration", "reconfirm", "10.0.0.6"))
    said(run("registration", "cancel", "10.0.0.6", "--reason", "报废"))
    assert states(run, "--state", "cancelled") == [("10.0.0.6", "cancelled")]
    said(run("registration", "add", *CARD))
    assert states(run, "--state", "approved") == [("10.0.0.5", "approved")]


def test_what_cannot_be_done_says_why(run: Call) -> None:
    said(run("registration", "add", *CARD))
    assert "is filed by the unit S1" in said(
        run("registration", "add", "--unit", "S1", "--ip", "10.0.0.5", "--mac", "00E0FC000009"), 2
    )
    assert "is registered already" in said(run("registration", "add", *CARD), 2)
    assert "outside every registered prefix" in said(run("registration", "amend", "10.0.0.5", "--ip", "10.9.0.1"), 2)
    assert "cannot be done" in said(run("registration", "approve", "10.0.0.5"), 2)
    said(run("registration", "add", "--unit", "S1", "--ip", "10.0.0.7", "--mac", "00E0FC000007", "--draft"))
    told = said(run("registration", "reconfirm", "10.0.0.5", "10.0.0.7"), 3)
    assert "10.0.0.7: This cannot be done with a registration that is draft." in told
    chinese = run("--lang", "zh", "registration", "submit", "10.0.0.7")
    assert chinese.returncode == 2
    assert "尚需填写：使用人" in chinese.stderr


def test_a_setting_names_what_a_registration_needs(run: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    said(run("registration", "add", *CARD, "--draft"))
    monkeypatch.setenv("NETAUDIT_FILING__REQUIRED", "person")
    assert "User." in said(run("registration", "submit", "10.0.0.5"), 2)
    monkeypatch.setenv("NETAUDIT_FILING__REQUIRED", "nothing")
    assert "filing.required: nothing is no column" in said(run("registration", "submit", "10.0.0.5"), 2)


def filled(path: Path, **cells: str) -> None:
    """Fill in the first row of a unit's sheet whose IP address is given, as a person does in a spreadsheet."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    places = {sheet.cell(2, column).value: column for column in range(1, sheet.max_column + 1)}
    row = next(number for number in range(3, 60) if sheet.cell(number, places["ip"]).value in {cells["ip"], None})
    for key, value in cells.items():
        sheet.cell(row, places[key]).value = value
    book.save(path)


def test_a_units_sheet_goes_out_and_comes_back(run: Call, tmp_path: Path) -> None:
    said(run("registration", "add", *CARD, "--person", "李四"))
    told = said(run("--lang", "zh", "registration", "export", "out", "--unit", "S1"))
    [file] = (tmp_path / "out").iterdir()
    assert file.name in told
    filled(file, ip="10.0.0.5", location="302")
    full = {"person": "王五", "phone": "13900001234", "device_type": "打印机", "location": "大厅", "internet": "否"}
    filled(file, ip="10.0.0.9", mac="00-E0-FC-00-00-09", **full)
    filled(file, ip="10.9.0.1", mac="00-E0-FC-00-00-0A", **full)
    again = ("registration", "import", str(file), "--receipts", "receipts", "--format", "json")

    tried = json.loads(run(*again, "--dry-run").stdout)
    assert [row["outcome"] for row in tried["files"][0]["rows"]] == ["refused", "new", "refused"]
    assert states(run) == [("10.0.0.5", "approved")]

    filled(file, ip="10.0.0.5", location="302", phone="13800001234", device_type="台式机", internet="否")
    done = run("--lang", "zh", *again)
    assert done.returncode == 3
    returned = json.loads(done.stdout)
    jsonschema.validate(returned, RETURNED)
    assert [row["outcome"] for row in returned["files"][0]["rows"]] == ["changed", "new", "refused"]
    assert states(run) == [("10.0.0.5", "amending"), ("10.0.0.9", "submitted")]
    [receipt] = (tmp_path / "receipts").glob("*回执.xlsx")
    sheet = openpyxl.load_workbook(receipt).worksheets[0]
    results = [sheet.cell(row, sheet.max_column).value for row in (3, 4, 5)]
    assert results[:2] == ["已提交变更", "已提交"]
    assert "10.9.0.1" in str(results[2])

    twice = json.loads(run(*again).stdout)
    assert [row["outcome"] for row in twice["files"][0]["rows"]] == ["unchanged", "unchanged", "refused"]
    # A receipt is a sheet, too: corrected, it goes back.
    filled(receipt, ip="10.9.0.1")
    book = openpyxl.load_workbook(receipt)
    page = book.worksheets[0]
    page.cell(5, next(c for c in range(1, 30) if page.cell(2, c).value == "ip")).value = "10.0.0.10"
    book.save(receipt)
    back = json.loads(said(run("registration", "import", str(receipt), "--approve", "--format", "json")))
    assert [row["outcome"] for row in back["files"][0]["rows"]] == ["unchanged", "unchanged", "new"]
    assert states(run, "--state", "approved") == [("10.0.0.10", "approved")]


def test_every_units_sheet_in_one_archive(run: Call, tmp_path: Path) -> None:
    said(run("registration", "add", *CARD))
    said(run("unit", "add", "--code", "S2", "--name", "=幼儿园/二"))
    said(run("prefix", "add", "--cidr", "10.1.0.0/24", "--unit", "S2"))
    said(run("registration", "add", "--unit", "S2", "--ip", "10.1.0.2", "--mac", "00E0FC000102", "--person", "=1+1"))
    said(run("registration", "export", "all.zip"))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["S1_小学_registration_sheet.xlsx", "S2__幼儿园_二_registration_sheet.xlsx"]
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read(archive.namelist()[1]))).worksheets[0]
        cell = next(c for c in sheet[3] if c.value == "=1+1")
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert "no unit" in said(run("registration", "export", "x", "--unit", "S9"), 2)


def test_a_free_form_sheet_names_its_unit(run: Call, tmp_path: Path) -> None:
    (tmp_path / "备案表.csv").write_text(
        "科室,使用人,联系电话,设备类型,IP地址,MAC地址,安装位置,是否同时接入互联网\n"
        "办公室,李四,13800001234,台式机,10.0.0.7,00E0FC000007,301,否\n"
        ",,,,填表人：李四（盖章）,,,\n",
        encoding="gb18030",
    )
    assert "--unit" in said(run("registration", "import", "备案表.csv"), 2)
    done = run("registration", "import", "备案表.csv", "--unit", "S1")
    assert "The column 科室 is not read." in said(done)
    assert states(run, "--state", "submitted") == [("10.0.0.7", "submitted")]


def test_a_unit_says_how_its_network_is_built(run: Call, tmp_path: Path) -> None:
    said(run("unit", "profile", "edit", "S1", "--nat", "否", "--declared-endpoints", "40"))
    assert "Wireless access points: x is not a whole number." in said(
        run("unit", "profile", "edit", "S1", "--wireless-aps", "x"), 2
    )
    said(run("--lang", "zh", "registration", "export", "out", "--unit", "S1"))
    [file] = (tmp_path / "out").iterdir()
    book = openpyxl.load_workbook(file)
    page = book.worksheets[1]
    places = {page.cell(row, 1).value: row for row in range(3, page.max_row + 1)}
    page.cell(places["nat"], 3).value = "是"
    page.cell(places["wireless_aps"], 3).value = "三"
    book.save(file)
    returned = ("registration", "import", str(file), "--unit", "S1", "--receipts", "receipts", "--format", "json")
    done = json.loads(run(*returned).stdout)
    jsonschema.validate(done, RETURNED)
    assert done["files"][0]["network"] == {
        "changed": [], "refused": "Wireless access points: 三 is not a whole number.",
    }  # fmt: skip
    [receipt] = (tmp_path / "receipts").iterdir()
    book = openpyxl.load_workbook(receipt)
    book.worksheets[1].cell(places["wireless_aps"], 3).value = "3"
    book.save(receipt)
    again = ("registration", "import", str(receipt), "--unit", "S1", "--format", "json")
    assert document(run(*again))["files"][0]["network"]["changed"] == ["nat", "wireless_aps"]
    assert document(run(*again))["files"][0]["network"]["changed"] == []
    assert [one["unit"] for one in listed(run("unit", "profile", "list", "--format", "json"), "profiles")] == ["S1"]
    shown = listed(run("unit", "profile", "show", "S1", "--format", "json"), "profile")
    assert (shown["nat"], shown["wireless_aps"], shown["declared_endpoints"]) == ("yes", 3, 40)
    assert document(run("unit", "show", "S1", "--format", "json"))["declared_endpoints"] == 40
    # What the office says meanwhile is not overwritten by an older sheet.
    said(run("unit", "profile", "edit", "S1", "--dhcp", "yes"))
    book.worksheets[1].cell(places["wireless_aps"], 3).value = "5"
    book.save(receipt)
    told = json.loads(run(*again).stdout)["files"][0]["network"]
    assert "meanwhile" in told["refused"]


def test_a_handover_is_recorded_and_opens_an_account(run: Call) -> None:
    said(run("contact", "add", "--unit", "S1", "--name", "张三", "--role", "technical_lead"))
    said(run("account", "add", "zhang", "--role", "contact", "--unit", "S1"))
    said(run("registration", "add", *CARD, "--draft"))
    told = said(run("contact", "handover", "S1", "李四", "--account-from", "zhang", "--account-to", "li"))
    assert "张三 → 李四; open cases: 1" in told
    assert re.search(r"One-time code for li: [A-Z0-9-]{19}", told)
    [line] = listed(run("contact", "handovers", "--format", "json"), "handovers")
    assert (line["outgoing"], line["incoming"], line["account_to"]) == ("张三", "李四", "li")
    steps = document(run("registration", "show", "10.0.0.5", "--format", "json"))["history"]
    assert [step["action"] for step in steps] == ["file", "handover"]
    assert "does not have this duty" in said(run("contact", "handover", "S1", "王五", "--from", "张三"), 2)
    assert "1 to 40 characters" in said(run("contact", "handover", "S1", "王五", "--account-to", "a b"), 2)


def test_sealed_scans_are_kept_with_their_hash(run: Call, tmp_path: Path) -> None:
    said(run("registration", "add", *CARD))
    content = b"%PDF-1.7 " + bytes(1000)
    (tmp_path / "盖章.pdf").write_bytes(content)
    (tmp_path / "bad.pdf").write_bytes(b"MZ")
    digest = hashlib.sha256(content).hexdigest()
    assert digest in said(run("registration", "attach", "盖章.pdf", "--registration", "10.0.0.5", "--note", "第一批"))
    said(run("registration", "attach", "盖章.pdf", "--unit", "S1"))
    assert "Only PDF, JPEG and PNG" in said(run("registration", "attach", "bad.pdf", "--unit", "S1"), 2)
    assert "--unit CODE or --registration" in said(run("registration", "attach", "盖章.pdf"), 2)
    kept = listed(run("registration", "attachments", "--unit", "S1", "--format", "json"), "attachments")
    assert [(a["registration"], a["name"], a["sha256"]) for a in kept] == [
        (None, "盖章.pdf", digest), (1, "盖章.pdf", digest),
    ]  # fmt: skip
    (tmp_path / "out").mkdir()
    said(run("registration", "fetch", "1", "out"))
    said(run("registration", "fetch", "1", "copy.pdf"))
    assert (tmp_path / "out" / "盖章.pdf").read_bytes() == (tmp_path / "copy.pdf").read_bytes() == content
    said(run("registration", "detach", "1", "--reason", "传错了"))
    assert "There is no file 1." in said(run("registration", "fetch", "1", "out"), 2)
    assert "SHA-256" in said(run("registration", "attachments"))


def test_an_address_is_suggested_held_and_filed(run: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def offered() -> list[str]:
        return [
            r["ip"] for r in listed(run("ip", "suggest", "--unit", "S1", "--count", "3", "--format", "json"), "free")
        ]

    full = (
        "--person",
        "李四",
        "--phone",
        "13800001234",
        "--device-type",
        "台式机",
        "--location",
        "1",
        "--internet",
        "no",
    )
    said(run("registration", "add", "--unit", "S1", "--ip", "10.0.0.2", "--mac", "00E0FC000002"))
    said(run("exclusion", "add", "--target", "10.0.0.3", "--reason", "冷链"))
    assert offered() == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
    monkeypatch.setenv("NETAUDIT_FILING__RESERVED", "10.0.0.0/29")
    assert offered() == ["10.0.0.8", "10.0.0.9", "10.0.0.10"]
    assert (
        "Still" in (told := said(run("ip", "request", "--unit", "S1", "--mac", "00E0FC000010"), 2)) or "still" in told
    )
    assert "10.0.0.8 is held for S1 until" in said(run("ip", "request", "--unit", "S1", "--mac", "00E0FC000010", *full))
    assert offered()[0] == "10.0.0.9"
    for ip in ("10.0.0.2", "10.0.0.3", "10.0.0.8", "10.0.0.0", "10.0.0.7"):
        told = said(run("ip", "request", "--unit", "S1", "--ip", ip, "--mac", "00E0FC000011", *full), 2)
        assert "is not free" in told or "is filed" in told, (ip, told)
    said(run("ip", "request", "--unit", "S1", "--ip", "10.0.0.20", "--mac", "00E0FC000011", *full))
    said(run("ip", "request", "--unit", "S1", "--ip", "10.0.0.21", "--mac", "00E0FC000012", *full))
    said(run("ip", "return", "3", "--reason", "等新线路"))
    assert "has been decided already" in said(run("ip", "approve", "1", "2", "3"), 3)
    assert [(r["ip"], r["state"]) for r in listed(run("ip", "list", "--format", "json"), "requests")] == [
        ("10.0.0.21", "returned"), ("10.0.0.20", "approved"), ("10.0.0.8", "approved"),
    ]  # fmt: skip
    assert states(run, "--state", "approved") == [
        ("10.0.0.2", "approved"), ("10.0.0.8", "approved"), ("10.0.0.20", "approved"),
    ]  # fmt: skip
    said(run("ip", "list", "--state", "held"))
    monkeypatch.setenv("NETAUDIT_FILING__RESERVED", "ten")
    assert "filing.reserved: ten is neither" in said(run("ip", "suggest", "--unit", "S1"), 2)


def test_a_whole_unit_is_confirmed_at_once(run: Call) -> None:
    for last in (5, 6, 7):
        card = ("--ip", f"10.0.0.{last}", "--mac", f"00E0FC00000{last}")
        said(run("registration", "add", "--unit", "S1", *card))
    said(run("registration", "amend", "10.0.0.7", "--location", "302"))
    assert "Confirmed: 0" in said(run("registration", "reconfirm", "--unit", "S1", "--due-within", "0"))
    assert "Confirmed: 2" in said(run("registration", "reconfirm", "--unit", "S1"))
    steps = document(run("registration", "show", "10.0.0.5", "--format", "json"))["history"]
    assert [step["action"] for step in steps] == ["file", "reconfirm"]
    said(run("registration", "reconfirm", "10.0.0.6"))
    for wrong in ((), ("10.0.0.6", "--unit", "S1")):
        assert "--unit CODE" in said(run("registration", "reconfirm", *wrong), 2)
    assert "no unit S9" in said(run("registration", "reconfirm", "--unit", "S9"), 2)


def test_objections_are_noted_and_answered(run: Call) -> None:
    said(run("unit", "add", "--code", "S2", "--name", "幼儿园"))
    assert "Noted: 1" in said(run("dispute", "add", "10.0.0.9", "--unit", "S1", "--note", "没见过"))
    assert "Noted: 1" in said(run("dispute", "add", "10.0.0.9", "--unit", "S1"))
    said(run("dispute", "add", "00-E0-FC-00-00-0A", "--unit", "S1", "--kind", "moved", "--to", "幼儿园"))
    assert "which unit it moved to" in said(run("dispute", "add", "10.0.0.8", "--unit", "S1", "--kind", "moved"), 2)
    assert "no unit S9" in said(run("dispute", "add", "10.0.0.8", "--unit", "S9"), 2)
    assert "x" in said(run("dispute", "add", "x", "--unit", "S1"), 2)
    said(run("dispute", "accept", "2"))
    assert "decided already" in said(run("dispute", "reject", "2", "--answer", "是你们的"), 2)
    said(run("dispute", "reject", "1", "--answer", "端口在三楼"))
    stated = listed(run("dispute", "list", "--format", "json"), "disputes")
    assert [(d["id"], d["kind"], d["target"], d["state"], d["answer"]) for d in stated] == [
        (2, "moved", "S2", "accepted", None), (1, "not_ours", None, "rejected", "端口在三楼"),
    ]  # fmt: skip
    assert document(run("dispute", "list", "--state", "open", "--format", "json")) == []
    told = said(run("--lang", "zh", "dispute", "list"))
    assert "采纳" in told
