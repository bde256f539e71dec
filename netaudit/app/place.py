"""Where the database is, in words that may be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_SQLITE: Final = "sqlite:///"


def place(url: str) -> str:
    """Return a file's full path, or a server's URL without its password."""
    if url.startswith(_SQLITE):
        return str(Path(url.removeprefix(_SQLITE)).absolute())
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{user}{host}{port}", parts.path, "", ""))
