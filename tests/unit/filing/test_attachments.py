"""What may be attached, and under which name it is kept."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.filing.attachments import LARGEST, accepted, named
from inventory.filing.lifecycle import Refusal
from inventory.model.attachments import MediaType

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, MediaType.PDF), (JPEG, MediaType.JPEG), (PNG, MediaType.PNG)], ids=["pdf", "jpg", "png"]
)
def test_the_first_bytes_say_what_a_file_is(content: bytes, kind: MediaType) -> None:
    found = accepted("S1", "盖章.exe", content, registration=7, note="")
    assert not isinstance(found, Refusal)
    assert (found.media_type, found.size, found.registration, found.note) == (kind, len(content), 7, None)
    assert found.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90", b"<svg onload=alert(1)>", b"<html>%PDF-1.4", b"GIF89a", b"PK\x03\x04", b"\xff\xd8", b"\x89PNG\n"],
)
def test_everything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert isinstance(accepted("S1", "scan.pdf", content), Refusal)


def test_a_file_has_a_largest_size() -> None:
    assert not isinstance(accepted("S1", "a.pdf", PDF.ljust(LARGEST)), Refusal)
    found = accepted("S1", "a.pdf", PDF.ljust(LARGEST + 1))
    assert isinstance(found, Refusal)
    assert "larger than 10 MB" in str(found.reason)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("备案表（盖章）.PDF", "备案表（盖章）.pdf"),
        ("C:\\Users\\li\\扫描 1.pdf", "扫描 1.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a.pdf.exe", "a.pdf.pdf"),
        ("exe.\u202efdp", "exe.pdf"),
        ('x"\r\ny.pdf', "x___y.pdf"),
        ("", "scan.pdf"),
        (".pdf", "pdf.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
    ],
)
def test_names_are_safe_and_end_in_what_the_file_is(written: str, kept: str) -> None:
    assert named(written, MediaType.PDF) == kept


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder(written: str) -> None:
    kept = named(written, MediaType.PNG)
    assert kept.endswith(".png")
    assert not set(kept) & set('/\\"\r\n\0<>:|?*')
    assert len(kept) <= 104
    assert named(kept, MediaType.PNG).endswith(".png")
