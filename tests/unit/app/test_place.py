"""Where the database is may be shown; its password may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.app.place import place


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////var/lib/netaudit.db", "/var/lib/netaudit.db"),
        ("sqlite:///here.db", str(Path("here.db").absolute())),
        ("postgresql://audit:geheim@db.example:5433/netaudit", "postgresql://audit@db.example:5433/netaudit"),
        ("postgresql://db.example/netaudit?password=geheim", "postgresql://db.example/netaudit"),
        ("postgresql+psycopg://audit@[2001:db8::1]/netaudit", "postgresql+psycopg://audit@[2001:db8::1]/netaudit"),
    ],
)
def test_place(url: str, shown: str) -> None:
    assert place(url) == shown
