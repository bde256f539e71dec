"""Keys by which devices prove who they are before a password is sent to them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public SSH host key."""

    kind: str
    """``ssh-ed25519``, ``ssh-rsa``, ``ecdsa-sha2-nistp256`` …: of the key, not of the signature."""
    blob: bytes
    """The key as RFC 4253 §6.6 encodes it."""

    @property
    def fingerprint(self) -> str:
        """What ``ssh-keygen -l`` prints: SHA-256, Base64 without padding."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode("ascii").rstrip("=")


class HostKeyState(StrEnum):
    """What is decided about a key."""

    RECORDED = "recorded"
    """The first one the device showed: believed, and listed for approval."""
    APPROVED = "approved"
    """Somebody compared it."""
    OFFERED = "offered"
    """Shown where another key was known, or where only approved ones count: not believed."""


@dataclass(frozen=True, slots=True)
class HostKeyView:
    """A key a device showed, and what is decided about it."""

    device: str
    key: HostKey
    state: HostKeyState
    address: str
    """Where it was shown."""
    first_seen: datetime
    last_seen: datetime
    old_algorithms: tuple[str, ...] = ()
    """What the last session used that is no longer safe."""
