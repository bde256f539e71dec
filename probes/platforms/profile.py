"""What a platform may say about its own tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Peculiarities a decoder has to know before it can trust a table."""

    name: str
    fdb_id_is_vlan: bool = False
    """The filtering database id of dot1qTpFdbTable is the VLAN, whatever dot1qVlanFdbId says."""
