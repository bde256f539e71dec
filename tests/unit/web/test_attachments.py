"""Sealed scans in the portal: sent by their unit, handed out as files only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.records import RegistrationState

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

PDF = b"%PDF-1.4\n<script>alert(1)</script>"
ENGLISH = {"accept-language": "en"}


def test_a_scan_is_sent_and_fetched_as_a_file(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", RegistrationState.SUBMITTED)
    csrf = portal.become("li")
    files = {"file": ("盖章\u202e.html", PDF, "text/html")}
    form = {"csrf": csrf, "registration": str(number)}
    done = portal.client.post("/unit/S1/attachments", data=form, files=files)
    assert (done.status_code, done.headers["location"]) == (303, f"/registration/{number}")
    [stored] = portal.registry.desk.attachments.listed(registration=number)
    assert stored.name == "盖章_.pdf"
    assert stored.sha256[:12] in portal.client.get(f"/registration/{number}").text
    for name in ("auditor", "mover"):  # names and phone numbers stand in it: they see that it is there
        portal.become(name)
        assert portal.client.get(f"/unit/S1/attachments/{stored.id}").status_code == 403
        seen = portal.client.get("/unit/S1/attachments").text
        assert (stored.name in seen, f"/attachments/{stored.id}" in seen) == (True, False)
    for name in ("li", "reviewer", "root"):
        portal.become(name)
        got = portal.client.get(f"/unit/S1/attachments/{stored.id}")
        assert got.content == PDF
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in got.headers["content-security-policy"]


def test_nobody_fetches_another_units_scan(portal: Portal) -> None:
    csrf = portal.become("li")
    portal.client.post("/unit/S1/attachments", data={"csrf": csrf}, files={"file": ("a.pdf", PDF)})
    [stored] = portal.registry.desk.attachments.listed()
    csrf = portal.become("wang")
    assert portal.client.get(f"/unit/S1/attachments/{stored.id}").status_code == 403
    assert portal.client.get(f"/unit/S2/attachments/{stored.id}").status_code == 400
    foreign = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", RegistrationState.DRAFT)
    form = {"csrf": csrf, "registration": str(foreign)}
    done = portal.client.post("/unit/S2/attachments", data=form, files={"file": ("a.pdf", PDF)}, headers=ENGLISH)
    assert (done.status_code, "belongs to no registration" in done.text) == (400, True)
    for number in ("0", "-1", "9" * 40, "x"):
        assert portal.client.get(f"/unit/S2/attachments/{number}").status_code in {400, 422}


def test_what_is_no_scan_is_refused_and_says_so(portal: Portal) -> None:
    csrf = portal.become("li")
    for content in (b"", b"<html>", PDF.ljust(10_000_001)):
        done = portal.client.post("/unit/S1/attachments", data={"csrf": csrf}, files={"file": ("a.pdf", content)})
        assert done.status_code == 400
        assert 'role="alert"' in done.text
    assert portal.registry.desk.attachments.listed() == ()
