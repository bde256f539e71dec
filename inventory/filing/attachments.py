"""Which files may be attached: told by their first bytes, never by their names."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath
from typing import Final

from inventory.filing.lifecycle import Refusal
from inventory.model.attachments import AttachmentView, MediaType
from inventory.model.text import text

LARGEST: Final = 10_000_000
"""Bytes of one file."""
MOST: Final = 500
"""Files of one unit: what one account can fill the disk with has an end."""
_STARTS: Final = {
    b"%PDF-": MediaType.PDF,  # ISO 32000-1, 7.5.2
    b"\xff\xd8\xff": MediaType.JPEG,  # ITU-T T.81, B.1.1.3: SOI and the first marker
    b"\x89PNG\r\n\x1a\n": MediaType.PNG,  # ISO/IEC 15948, 5.2
}
_SUFFIXES: Final = {
    MediaType.PDF: (".pdf",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.PNG: (".png",),
}
_ODD: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"<>:|?*\\/]')
"""What a file name cannot hold somewhere, and marks that make ``fdp.exe`` look like ``exe.pdf``."""
_LONGEST_STEM: Final = 100


def type_of(content: bytes) -> MediaType | None:
    """Return what a file is by its first bytes; None: nothing that may be attached."""
    return next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)


def accepted(
    unit: str, name: str, content: bytes, *, registration: int | None = None, note: str | None = None
) -> AttachmentView | Refusal:
    """Return the attachment a file becomes, or why it cannot."""
    if not content:
        return Refusal(text("The file is empty."), column="file")
    if len(content) > LARGEST:
        return Refusal(
            text("The file is larger than {limit} MB.", limit=LARGEST // 1_000_000),
            text("Scan it in black and white, or with 150 dpi."),
            "file",
        )
    kind = type_of(content)
    if kind is None:
        return Refusal(
            text("Only PDF, JPEG and PNG can be attached; this file is none of them."),
            text("Scan or photograph the sealed form."),
            "file",
        )
    digest = hashlib.sha256(content).hexdigest()
    return AttachmentView(0, unit, named(name, kind), kind, len(content), digest, registration, note or None)


def named(name: str, kind: MediaType) -> str:
    """Return a file name that is safe everywhere, and whose ending says what the file is."""
    plain = _ODD.sub("_", name.replace("\\", "/").rpartition("/")[2])
    stem, suffix = PurePath(plain).stem.strip(" ."), PurePath(plain).suffix.lower()
    endings = _SUFFIXES[kind]
    return f"{stem[:_LONGEST_STEM] or 'scan'}{suffix if suffix in endings else endings[0]}"
