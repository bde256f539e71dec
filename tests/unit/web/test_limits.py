"""How much and how often: buckets, bodies, sessions that end, files that are traps."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from netaudit.app import accounts
from netaudit.settings import ServeSettings, Settings
from netaudit.web.app import create_app
from netaudit.web.limits import Limits, place_of
from tests.unit.web.conftest import PASSWORD
from tests.unit.web.programs import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.unit.web.conftest import Portal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    limits = Limits(ServeSettings(logins_per_minute=3), clock)
    assert [limits.take("login", "a") for _ in range(4)] == [0, 0, 0, 20]
    assert limits.take("login", "b") == 0
    clock.now += 19
    assert limits.take("login", "a") > 0
    clock.now += 1
    assert limits.take("login", "a") == 0
    assert limits.take("login", "a") > 0
    clock.now += 3600
    assert [limits.take("login", "a") for _ in range(4)] == [0, 0, 0, 20]


@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=200), st.integers(1, 50))
def test_nobody_gets_more_than_a_minutes_worth_at_once_and_then_the_pace(
    asked: list[tuple[float, bool]], pace: int
) -> None:
    clock = Clock()
    limits = Limits(ServeSettings(requests_per_minute=pace), clock)
    granted = 0
    for wait, other in asked:
        clock.now += wait
        granted += limits.take("api", "a") == 0
        if other:
            limits.take("api", "b")
    assert granted <= pace + (clock.now - 1000) * pace / 60 + 1e-6


def test_the_memory_is_bounded_and_the_newest_stay() -> None:
    limits = Limits(ServeSettings(logins_per_minute=1), Clock())
    for number in range(10_500):
        limits.take("login", str(number))
    assert len(limits) == 10_000
    assert limits.take("login", "10499") > 0
    assert limits.take("login", "1") == 0


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_an_address_stands_for_itself_or_its_network(address: str, place: str) -> None:
    found = place_of(address)
    assert found == place or address.startswith("::ffff")


@pytest.fixture
def hurried(portal: Portal) -> Iterator[Portal]:
    """The same portal where everything may be asked three times a minute."""
    serve = ServeSettings(logins_per_minute=3, requests_per_minute=3, uploads_per_minute=3)
    app = create_app(portal.registry, Settings(serve=serve))
    with TestClient(app, follow_redirects=False) as client:
        portal.client = client
        yield portal


@pytest.mark.parametrize(("path", "form"), [("/login", "password"), ("/welcome", "code")])
def test_logins_from_one_address_are_limited(hurried: Portal, path: str, form: str) -> None:
    hurried.become(None)
    for turn in range(3):
        sent = {"name": f"nobody{turn}", "password": "a long password", form: "x"}
        assert hurried.client.post(path, data=sent).status_code in {400, 401}
    for language, words in (("en", "Too many requests"), ("zh-CN", "请求过于频繁")):
        done = hurried.client.post(path, data={"name": "li"}, headers={"Accept-Language": language})
        assert done.status_code == 429
        assert 0 < int(done.headers["retry-after"]) <= 60
        assert words in done.text
    assert hurried.client.get(path).status_code == 200


def test_the_api_is_limited_per_token_and_strangers_per_address(hurried: Portal) -> None:
    one, other = Program(hurried, "root"), Program(hurried, "root")
    for _ in range(3):
        one.get("/units")
    done = one.ask("GET", "/units")
    assert (done.status_code, done.json()["type"]) == (429, "urn:netaudit:too-many")
    assert int(done.headers["retry-after"]) > 0
    assert done.json()["detail"].startswith("Try again in")
    other.get("/units")
    told = [hurried.client.get("/api/v1/units", headers={"Authorization": "Bearer x"}) for _ in range(4)]
    assert [answer.status_code for answer in told] == [401, 401, 401, 429]
    other.get("/units")


def test_files_of_one_account_are_limited(hurried: Portal) -> None:
    for name, statuses in (("li", [200, 200, 200, 429]), ("root", [200])):
        csrf = hurried.become(name)
        sent = {"csrf": csrf}
        told = [
            hurried.client.post("/unit/S1/sheet", data=sent, files={"file": ("a.csv", b"ip,mac\n")}).status_code
            for _ in statuses
        ]
        assert told == statuses
    hurried.become("li")
    assert hurried.client.get("/unit/S1").status_code == 200


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // 100_000):
        yield b"a" * 100_000


@pytest.mark.parametrize(
    ("path", "content_type", "largest"),
    [
        ("/login", "application/x-www-form-urlencoded", 2_000_000),
        ("/unit/S1/sheet", "multipart/form-data; boundary=x", 21_000_000),
        ("/api/v1/units/S1/registrations", "application/json", 200_000),
    ],
)
def test_a_body_is_counted_whatever_its_header_says(portal: Portal, path: str, content_type: str, largest: int) -> None:
    program = Program(portal, "li")
    portal.become("li")
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {program.token}"}
    for language in ("zh-CN", "en"):
        headers["Accept-Language"] = language
        said = portal.client.post(path, content=b"a" * (largest + 1), headers=headers)
        assert said.status_code == 413
        streamed = portal.client.post(path, content=pieces(largest + 200_000), headers=headers)
        assert streamed.status_code == 413, streamed.text
        assert ("At most" in streamed.text) == (language == "en")
        assert streamed.headers["x-frame-options"] == "DENY"
    odd = {**headers, "Content-Length": "9" * 30}
    assert portal.client.post(path, content=b"a", headers=odd).status_code == 413


def trap(parts: dict[str, bytes]) -> bytes:
    """Return a workbook with these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst>&a;</sst>'


TYPES = {"[Content_Types].xml": b"<Types/>"}
TRAPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: trap({**TYPES, "xl/worksheets/sheet1.xml": bytes(300_000_000)}), "unpacks to"),
    "entities": (lambda: trap({**TYPES, "xl/sharedStrings.xml": ENTITIES}), "entit"),
    "damaged": (lambda: b"PK\x03\x04" + bytes(1000), "save it again"),
}


@pytest.mark.parametrize("kind", TRAPS)
def test_a_file_that_is_a_trap_is_told_and_nothing_is_stored(portal: Portal, kind: str) -> None:
    make, words = TRAPS[kind]
    content = make()
    assert len(content) < 1_000_000
    csrf = portal.become("li")
    sent = {"file": ("a.xlsx", content, XLSX)}
    done = portal.client.post("/unit/S1/sheet", data={"csrf": csrf}, files=sent, headers={"Accept-Language": "en"})
    assert done.status_code == 200
    assert words in done.text
    assert "root:" not in done.text
    assert portal.registry.desk.cases() == ()


def aged(portal: Portal, folder: Path, column: str, by: timedelta) -> None:
    """Let a session's last use, or its end, lie further back."""
    with sqlite3.connect(folder / "r.db") as database:
        rows = database.execute(f"SELECT digest, {column} FROM account_secrets").fetchall()  # noqa: S608 -- a name of ours
        for digest, written in rows:
            earlier = type(accounts.moment()).fromisoformat(written) - by
            told = earlier.isoformat(sep=" ", timespec="microseconds")
            database.execute(f"UPDATE account_secrets SET {column} = ? WHERE digest = ?", (told, digest))  # noqa: S608 -- the same
    portal.become("li")


@pytest.mark.parametrize(
    ("column", "within", "beyond"),
    [
        ("seen_at", timedelta(minutes=accounts.IDLE_MINUTES - 1), timedelta(minutes=2)),
        ("expires_at", timedelta(hours=accounts.SESSION_HOURS) - timedelta(minutes=5), timedelta(minutes=6)),
    ],
)
def test_a_session_ends_when_idle_and_ends_anyway(
    portal: Portal, tmp_path: Path, column: str, within: timedelta, beyond: timedelta
) -> None:
    aged(portal, tmp_path, column, within)
    assert portal.client.get("/unit/S1").status_code == 200
    if column == "seen_at":
        aged(portal, tmp_path, column, within)  # it was used just now
        assert portal.client.get("/unit/S1").status_code == 200
        beyond += within
    aged(portal, tmp_path, column, beyond)
    done = portal.client.get("/unit/S1")
    assert (done.status_code, done.headers["location"]) == (303, "/login?next=/unit/S1")


def test_logging_out_ends_the_session_for_good(portal: Portal) -> None:
    csrf = portal.become("li")
    done = portal.client.post("/logout", data={"csrf": csrf})
    assert done.headers["location"] == "/login"
    portal.become("li")
    assert portal.client.get("/unit/S1").headers["location"].startswith("/login")


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_sent_by_tls_only_where_there_is_tls(portal: Portal, *, secure: bool) -> None:
    app = create_app(portal.registry, Settings(), secure=secure)
    with TestClient(app, base_url="https://portal.example", follow_redirects=False) as client:
        done = client.post("/login", data={"name": "li", "password": PASSWORD})
        assert done.status_code == 303
        cookie = done.headers["set-cookie"].lower()
        assert ("; secure" in cookie) == secure
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert ("; secure" in client.get("/language/en").headers["set-cookie"].lower()) == secure
        assert ("strict-transport-security" in done.headers) == secure
