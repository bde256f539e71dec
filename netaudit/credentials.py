"""Credential profiles become credentials: secrets are looked up only here, and only when needed.

A secret is written as ``env:NAME`` (environment variable), ``file:/path`` (first line of a file that only its owner can
read) or literally. It is never logged, stored or shown.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from inventory.model.errors import SettingsError
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from probes.contract import AuthProtocol, PrivacyProtocol, SnmpCredential, SnmpV2c, SnmpV3, SshCredential

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from netaudit.settings import Settings, SnmpProfile, SnmpSecret

_SHORTEST_USM_SECRET = 8  # RFC 3414 §11.2


def snmp_credential(settings: Settings, profile: str, environ: Mapping[str, str] = os.environ) -> SnmpCredential:
    """Return the SNMP credential of a profile.

    Raises:
        SettingsError: no such profile, an incomplete one, or a secret that cannot be found; the message names the key.
    """
    entry = settings.snmp.get(profile)
    key = f"snmp.{profile}"
    if entry is None:
        raise SettingsError(
            text("There is no SNMP profile {profile!r} in the settings.", profile=profile),
            text("Add a section [snmp.{profile}] to the settings file.", profile=profile),
        )
    if entry.version == "3":
        return _version_3(entry, key, environ)
    if entry.community is None:
        raise SettingsError(text("{key} needs a community.", key=key))
    return SnmpV2c(
        community=resolve(entry.community, f"{key}.community", environ), port=entry.port, version=entry.version
    )


def ssh_credential(settings: Settings, profile: str, environ: Mapping[str, str] = os.environ) -> SshCredential:
    """Return the SSH credential of a profile.

    Raises:
        SettingsError: no such profile, one without password and key, or a secret that cannot be found or is open to
            others; the message names the key.
    """
    entry = settings.ssh.get(profile)
    key = f"ssh.{profile}"
    if entry is None:
        raise SettingsError(
            text("There is no SSH profile {profile!r} in the settings.", profile=profile),
            text("Add a section [ssh.{profile}] to the settings file.", profile=profile),
        )
    if entry.password is None and entry.key_file is None:
        raise SettingsError(text("{key} needs a password or a key_file.", key=key))
    key_file = entry.key_file.expanduser() if entry.key_file else None
    if key_file is not None:
        _check_private(key_file, f"{key}.key_file")
    password = resolve(entry.password, f"{key}.password", environ) if entry.password else None
    return SshCredential(profile, entry.username, password, key_file, entry.port, entry.legacy)


def _check_private(file: Path, key: str) -> None:
    try:
        with file.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
    except OSError as error:
        raise SettingsError(
            text("{key}: {file} cannot be read: {reason}", key=key, file=file, reason=system_words(error))
        ) from None
    _refuse_open(file, key, mode)


def _refuse_open(file: Path, key: str, mode: int) -> None:
    if mode & 0o077:
        raise SettingsError(
            text("{key}: other users can read {file} (mode {mode}).", key=key, file=file, mode=f"{mode:04o}"),
            text("Run: chmod 600 {file}", file=file),
        )


def _version_3(entry: SnmpProfile, key: str, environ: Mapping[str, str]) -> SnmpV3:
    if not entry.user:
        raise SettingsError(text("{key} needs a user.", key=key))
    if entry.privacy and not entry.auth:
        raise SettingsError(text("{key}: privacy needs auth as well (RFC 3414).", key=key))
    auth = _service(entry.auth, f"{key}.auth", get_args(AuthProtocol), environ)
    privacy = _service(entry.privacy, f"{key}.privacy", get_args(PrivacyProtocol), environ)
    return SnmpV3(
        user=entry.user,
        auth_protocol=cast("AuthProtocol | None", auth[0]),
        auth_secret=auth[1],
        privacy_protocol=cast("PrivacyProtocol | None", privacy[0]),
        privacy_secret=privacy[1],
        context=entry.context,
        port=entry.port,
    )


def _service(
    entry: SnmpSecret | None, key: str, known: tuple[str, ...], environ: Mapping[str, str]
) -> tuple[str | None, str | None]:
    if entry is None:
        return None, None
    protocol = entry.protocol.lower().replace("-", "").removesuffix("cfb")
    protocol = {"sha": "sha1", "aes": "aes128"}.get(protocol, protocol)
    if protocol not in known:
        raise SettingsError(
            text("{key}.protocol: {protocol!r} is not known.", key=key, protocol=entry.protocol),
            text("Use one of: {known}.", known=", ".join(known)),
        )
    secret = resolve(entry.secret, f"{key}.secret", environ)
    if len(secret) < _SHORTEST_USM_SECRET:
        raise SettingsError(text("{key}.secret is shorter than 8 characters (RFC 3414).", key=key))
    return protocol, secret


def resolve(secret: SecretStr, key: str, environ: Mapping[str, str]) -> str:
    """Return the secret itself.

    Raises:
        SettingsError: the variable or file named by the secret is missing or open to others.
    """
    written = secret.get_secret_value()
    scheme, separator, rest = written.partition(":")
    if not separator or scheme not in {"env", "file"}:
        return written
    if scheme == "env":
        if rest not in environ:
            raise SettingsError(text("{key}: the environment variable {name} is not set.", key=key, name=rest))
        return environ[rest]
    file = Path(rest)
    try:
        with file.open(encoding="utf-8") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            found = stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = system_words(error) if isinstance(error, OSError) else text("it is not UTF-8")
        raise SettingsError(text("{key}: {file} cannot be read: {reason}", key=key, file=file, reason=reason)) from None
    _refuse_open(file, key, mode)
    return found
