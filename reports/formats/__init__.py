"""The shapes a report can take. Nothing here imports a document library until its format is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from inventory.model.text import Gettext
    from reports.document import Document


class Renderer(Protocol):
    """What a format's module offers."""

    def render(
        self, document: Document, gettext: Gettext, *, language: str = "en", zone: tzinfo | None = None
    ) -> str | bytes:
        """Return the document in this format: text, or bytes where the format is not text.

        Args:
            document: what to show.
            gettext: the reader's language.
            language: its tag (``en``, ``zh``), for what declares its language.
            zone: the reader's time zone; None is this machine's.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """One shape: where its code is, and what a file of it is called."""

    module: str
    suffix: str
    media_type: str
    binary: bool = False
    """Whether it is written to a file rather than to a terminal."""

    def load(self) -> Renderer:
        """Import the format's module."""
        return cast("Renderer", import_module(self.module))


FORMATS: Final[Mapping[str, Format]] = {
    "table": Format("reports.formats.terminal", ".txt", "text/plain"),
    "csv": Format("reports.formats.csv_", ".csv", "text/csv"),
    "xlsx": Format(
        "reports.formats.xlsx",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        binary=True,
    ),
    "html": Format("reports.formats.html", ".html", "text/html"),
    "docx": Format(
        "reports.formats.docx",
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        binary=True,
    ),
}
"""By the name ``--format`` takes. JSON is not among them: it shows a kind's ``json_document``, see ``json_``."""
