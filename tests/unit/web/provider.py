"""A login service on loopback that is strict about what it is asked, and wrong in one way where a test wants it so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT: Final = "netaudit"
SECRET: Final = "secret-of-the-portal"


class Provider:
    """The service: who is there, and what it gets wrong."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.user = "li"
        self.wrong = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.issuer = ""
        self.back = ""

    def metadata(self) -> dict[str, Any]:
        """Return what discovery says."""
        issuer = "http://127.0.0.1:1" if self.wrong == "issuer" else self.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes on, or raise where the request is not as it has to be."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == self.back
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["code_challenge"]) == 43
        assert len(asked["nonce"]) > 20
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str], authorization: str) -> dict[str, Any]:
        """Return the tokens of a code: given once, to who can prove to have asked for it."""
        given = self.codes.pop(asked["code"])
        assert asked["grant_type"] == "authorization_code"
        assert asked["redirect_uri"] == given["redirect_uri"]
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert authorization == f"Basic {expected}"
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        assert _encoded(digest) == given["code_challenge"]
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": self.signed(given["nonce"])}

    def signed(self, nonce: str) -> str:
        """Return an ID token."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": "https://other.example" if self.wrong == "iss" else self.issuer,
            "aud": "other" if self.wrong == "aud" else [CLIENT, "other"] if self.wrong == "azp" else CLIENT,
            "exp": now - 3600 if self.wrong == "expired" else now + 60,
            "iat": now,
            "nonce": "other" if self.wrong == "nonce" else nonce,
            "sub": "4711",
            "preferred_username": self.user,
        }
        if self.wrong == "claim":
            del claims["preferred_username"]
        key = RSAKey.generate_key(2048, {"kid": "1"}) if self.wrong == "key" else self.key
        if self.wrong in {"none", "hmac"}:
            return self._without_its_key(claims)
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)

    def _without_its_key(self, claims: dict[str, Any]) -> str:
        """Return a token without a signature, or signed with what everybody knows: the public key."""
        head = {"alg": "none"} if self.wrong == "none" else {"alg": "HS256", "kid": "1"}
        content = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        if self.wrong == "none":
            return f"{content}."
        return f"{content}.{_encoded(hmac.digest(self.key.as_pem(private=False), content.encode(), 'sha256'))}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Discovery, keys, and the page where somebody is logged in already."""
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        self.provider.asked.append(path)
        if path == "/.well-known/openid-configuration":
            self._json(self.provider.metadata())
        elif path == "/keys":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        else:
            self.send_error(404, query)

    def do_POST(self) -> None:
        """Tokens."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.provider.asked.append(urlsplit(self.path).path)
        if self.provider.wrong == "refused":
            self._json({"error": "invalid_grant"}, 400)
            return
        asked = {key: value[0] for key, value in parse_qs(body).items()}
        self._json(self.provider.token(asked, self.headers.get("Authorization", "")))

    def _json(self, document: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def running() -> Iterator[Provider]:
    """Run a login service."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
