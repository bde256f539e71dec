"""What a use case gives its door: the answer as a document for people and as data for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.data import Json
    from reports.document import Document


@dataclass(frozen=True, slots=True)
class Report:
    """One answer in both shapes."""

    document: Document
    data: Json
