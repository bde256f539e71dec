"""Logging in at the district's login service: OpenID Connect, authorization code with PKCE (RFC 7636), S256.

The service says who somebody is; what they may do is the account's that has this name here. Nobody gets an account by
it. The libraries are imported when somebody logs in this way, and never where ``[oidc]`` is not set.
"""

from __future__ import annotations

import hmac
import os
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from inventory.model.errors import NetauditError, SettingsError
from inventory.model.text import text
from netaudit.app import accounts
from netaudit.app.accounts import LoginError
from netaudit.credentials import resolve

if TYPE_CHECKING:
    from inventory.registry.engine import Registry
    from netaudit.settings import OidcSettings

BACK: Final = "/login/oidc/back"
"""Where the service sends browsers back to, behind the portal's address."""
_WAITING: Final = 2_000
_PATIENCE_S: Final = 600.0
"""How long somebody may take at the service."""
_TIMEOUT_S: Final = 10
_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by a key that only the service has: no HMAC, and not none."""
_LEEWAY_S: Final = 60


class ServiceError(NetauditError):
    """The login service does not answer, or not as it should."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A login somebody has begun."""

    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    target: str
    since: float


class LoginService:
    """The service of the settings, and who is on the way there; threads may share it."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._begun: OrderedDict[str, _Begun] = OrderedDict()

    @property
    def label(self) -> str:
        """What the button says."""
        return self._settings.label

    def begin(self, target: str) -> tuple[str, str]:
        """Return where to send the browser, and the state it has to come back with.

        Raises:
            ServiceError: the service does not answer.
            SettingsError: the libraries are missing, or the secret is.
        """
        begun = _Begun(secrets.token_urlsafe(48), secrets.token_urlsafe(24), target, time.monotonic())
        state = secrets.token_urlsafe(24)
        endpoint = self._discovered()["authorization_endpoint"]
        url, _state = self._client().create_authorization_url(
            endpoint, state=state, nonce=begun.nonce, code_verifier=begun.verifier
        )
        with self._lock:
            self._begun[state] = begun
            while len(self._begun) > _WAITING:
                self._begun.popitem(last=False)
        return str(url), state

    def finish(self, registry: Registry, state: str, kept: str, code: str, where: str) -> tuple[accounts.LoggedIn, str]:
        """Return the session of who came back, and where they wanted to go.

        Args:
            registry: the accounts.
            state: what the address says.
            kept: what the browser kept since it was sent away: another browser has something else, or nothing.
            code: what the service gave.
            where: the browser's address.

        Raises:
            LoginError: it is not the one who was sent away, or there is no account for them.
            ServiceError: the service does not answer, or its token does not hold.
        """
        with self._lock:
            begun = self._begun.pop(state, None)
        late = begun is None or time.monotonic() - begun.since > _PATIENCE_S
        if begun is None or late or not hmac.compare_digest(state.encode(), kept.encode()):
            raise LoginError(text("This login was not begun here, or took too long."), text("Begin again."))
        name = self._name_in(self._claims(code, begun))
        account = registry.gate.account(name)
        if account is None or not account.active:
            registry.gate.note(accounts.moment(), name[:80], "login_failed", f"account {name[:80]}", _by(where))
            raise LoginError(
                text("There is no account {name} here.", name=name), text("The network office can make one.")
            )
        return accounts.enter(registry, name, where, by="oidc"), begun.target

    def _claims(self, code: str, begun: _Begun) -> dict[str, Any]:
        from joserfc import jwt  # noqa: PLC0415 -- only who logs in this way pays for it
        from joserfc.errors import JoseError  # noqa: PLC0415 -- the same
        from joserfc.jwk import KeySet  # noqa: PLC0415 -- the same

        service = self._discovered()
        answer = self._asked(
            lambda: self._client().fetch_token(
                service["token_endpoint"], code=code, code_verifier=begun.verifier, timeout=_TIMEOUT_S
            )
        )
        keys: Any = self._fetched(service["jwks_uri"])  # checked when it is imported
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": begun.nonce},
        )
        try:
            token = jwt.decode(str(answer.get("id_token")), KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
            rules.validate(token.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _odd(what=str(error) or type(error).__name__) from None
        claims: dict[str, Any] = token.claims
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._settings.client_id:
            raise _odd(what="azp")
        return claims

    def _name_in(self, claims: dict[str, Any]) -> str:
        name = claims.get(self._settings.claim)
        if not isinstance(name, str) or not name:
            raise _odd(what=f"claim {self._settings.claim}")
        return name

    def _discovered(self) -> dict[str, Any]:
        """Return what the service says about itself (OpenID Connect Discovery 1.0)."""
        found = self._fetched(f"{self._settings.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._settings.issuer:
            raise _odd(what="issuer")
        if any(not isinstance(found.get(key), str) for key in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
            raise _odd(what="endpoints")
        return found

    def _fetched(self, url: str) -> dict[str, Any]:
        answer = self._asked(lambda: self._client().get(url, timeout=_TIMEOUT_S, withhold_token=True).json())
        if not isinstance(answer, dict):
            raise _odd(what=url)
        return answer

    def _client(self) -> Any:  # noqa: ANN401 -- the library ships no types
        try:
            from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 -- as above
        except ImportError:
            raise SettingsError(
                text("oidc: the libraries for it are not installed."), text("Run: pip install 'netaudit[oidc]'")
            ) from None
        secret = self._settings.client_secret
        return OAuth2Session(
            self._settings.client_id,
            None if secret is None else resolve(secret, "oidc.client_secret", os.environ),
            scope="openid profile",
            redirect_uri=f"{self._settings.portal}{BACK}",
            token_endpoint_auth_method="none" if secret is None else "client_secret_basic",
            code_challenge_method="S256",
        )

    def _asked(self, ask: Any) -> Any:  # noqa: ANN401 -- whatever the service says
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 -- as above
        from requests.exceptions import RequestException  # noqa: PLC0415 -- the same

        try:
            return ask()
        except AuthlibBaseError as error:
            raise _odd(what=str(error.error)) from None
        except (RequestException, ValueError) as error:
            raise ServiceError(
                text("The login service does not answer: {reason}", reason=type(error).__name__),
                text("Log in with your password, or try later."),
            ) from None


def _by(where: str) -> dict[str, object]:
    return {"from": where, "by": "oidc"}


def _odd(*, what: str) -> ServiceError:
    return ServiceError(
        text("The login service did not say clearly who you are ({what}).", what=what[:100]),
        text("Log in with your password, or try later."),
    )
