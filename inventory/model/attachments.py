"""Papers that belong to a filing: the scan of a sealed form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class MediaType(StrEnum):
    """What may be attached."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """盖章扫描件: one file; its content is fetched on its own."""

    id: int
    unit: str
    name: str
    media_type: MediaType
    size: int
    sha256: str
    """Of the content, in hexadecimal digits."""
    registration: int | None = None
    """The registration it belongs to; None: to the unit's return as a whole."""
    note: str | None = None
    at: datetime | None = None
    actor: str | None = None
