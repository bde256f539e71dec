"""Logging in at a login service: the way there and back, and every lie on it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError

from netaudit.settings import OidcSettings, Settings
from netaudit.web.app import create_app
from tests.unit.web.conftest import UNHURRIED
from tests.unit.web.provider import CLIENT, SECRET, Provider, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.web.conftest import Portal

PORTAL = "https://portal.example"


@pytest.fixture(scope="module")
def service() -> Iterator[Provider]:
    with running() as provider:
        provider.back = f"{PORTAL}/login/oidc/back"
        yield provider


@pytest.fixture
def provider(service: Provider) -> Provider:
    service.wrong, service.user = "", "li"
    return service


@pytest.fixture
def browser(portal: Portal, provider: Provider) -> Iterator[TestClient]:
    """A browser at a portal that knows the service."""
    oidc = OidcSettings(
        issuer=provider.issuer, client_id=CLIENT, client_secret=SecretStr(SECRET), portal=PORTAL, label="统一身份认证"
    )
    app = create_app(portal.registry, Settings(oidc=oidc, serve=UNHURRIED), secure=True)
    with TestClient(app, base_url=PORTAL, follow_redirects=False) as client:
        yield client


def way_back(browser: TestClient, provider: Provider, wanted: str = "/unit/S1") -> str:
    """Go to the service and return where it sends the browser."""
    leaving = browser.get("/login/oidc", params={"next": wanted})
    assert leaving.status_code == 303
    there = leaving.headers["location"]
    assert there.startswith(f"{provider.issuer}/authorize?")
    assert SECRET not in there
    return provider.authorize(dict(parse_qsl(urlsplit(there).query))).removeprefix(PORTAL)


def test_somebody_the_service_knows_gets_in_as_the_account_of_that_name(
    browser: TestClient, provider: Provider, portal: Portal
) -> None:
    assert "统一身份认证" in browser.get("/login").text
    done = browser.get(way_back(browser, provider))
    assert (done.status_code, done.headers["location"]) == (303, "/unit/S1")
    assert "; secure" in done.headers["set-cookie"].lower()
    assert browser.get("/unit/S1").status_code == 200
    assert browser.get("/unit/S2").status_code == 403
    [entry] = portal.registry.gate.log(newest=1)
    assert (entry.actor, entry.action, entry.detail["by"]) == ("li", "login", "oidc")


@pytest.mark.parametrize("user", ["nobody", "gone", ""])
def test_nobody_gets_an_account_by_it(browser: TestClient, provider: Provider, portal: Portal, user: str) -> None:
    if user == "gone":
        portal.registry.gate.change("wang", "root", portal.tokens["wang"].session.created_at, active=False)
        user = "wang"
    provider.user = user
    done = browser.get(way_back(browser, provider))
    assert done.status_code in {403, 502}
    assert "netaudit_session" not in done.headers.get("set-cookie", "")
    assert portal.registry.gate.account("nobody") is None


@pytest.mark.parametrize(
    "lie", ["iss", "aud", "azp", "expired", "nonce", "key", "none", "hmac", "claim", "refused", "issuer"]
)
def test_a_service_that_lies_lets_nobody_in(browser: TestClient, provider: Provider, lie: str) -> None:
    back = way_back(browser, provider)
    provider.wrong = lie
    done = browser.get(back, headers={"Accept-Language": "en"})
    assert done.status_code == 502
    assert "did not say clearly who you are" in done.text
    assert "netaudit_session" not in done.headers.get("set-cookie", "")
    assert browser.get("/unit/S1").headers["location"].startswith("/login")


def test_only_the_browser_that_was_sent_comes_back_and_once(browser: TestClient, provider: Provider) -> None:
    back = way_back(browser, provider)
    kept = browser.cookies.get("netaudit_login")
    for cookie in (None, "x", "é"):
        browser.cookies.clear()
        headers = {} if cookie is None else {b"cookie": f"netaudit_login={cookie}".encode()}
        assert browser.get(back, headers=headers).status_code == 403
        back = way_back(browser, provider)
    assert kept is not None
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    for made_up in ("", "?state=x", "?code=x", "?state=x&code=x", "?error=access_denied&state=x"):
        assert browser.get(f"/login/oidc/back{made_up}").status_code == 403


def test_a_service_that_is_silent_is_told(portal: Portal) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:9", client_id=CLIENT, portal=PORTAL)
    with TestClient(create_app(portal.registry, Settings(oidc=oidc)), follow_redirects=False) as client:
        done = client.get("/login/oidc", headers={"Accept-Language": "en"})
        assert done.status_code == 502
        assert "does not answer" in done.text


def test_where_it_is_not_set_nothing_of_it_is_there(portal: Portal) -> None:
    assert portal.client.get("/login/oidc").status_code == 404
    assert portal.client.get("/login/oidc/back?state=x&code=x").status_code == 404
    assert "/login/oidc" not in portal.client.get("/login").text
    program = (
        "import sys, netaudit.web.app; "
        "sys.exit(any(name.partition('.')[0] in {'authlib', 'joserfc', 'requests'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("address", ["http://login.example", "login.example", "ftp://login.example", ""])
def test_what_would_carry_codes_in_clear_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        OidcSettings(issuer=address, client_id="x", portal=PORTAL)
    with pytest.raises(ValidationError):
        OidcSettings(issuer="https://login.example", client_id="x", portal=address)
