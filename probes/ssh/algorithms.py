"""Which algorithms of SSH are no longer safe: refused, unless a device is known to have no others (RFC 9142, 8758)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

OLD: Final[Mapping[str, tuple[str, ...]]] = {
    "kex": (
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ),
    "keys": ("ssh-rsa",),
    "ciphers": ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    "macs": ("hmac-md5", "hmac-sha1-96", "hmac-md5-96"),
}
"""By the names paramiko has for the four kinds. ``ssh-rsa`` is the signature with SHA-1, not the key."""

_SIGNATURES: Final[Mapping[str, tuple[str, ...]]] = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}
"""Key → the signatures it makes; every other key makes one, called like itself."""


def signatures(kind: str) -> tuple[str, ...]:
    """Return the signature algorithms of a kind of host key, the best one first."""
    return _SIGNATURES.get(kind, (kind,))


def old_among(kex: str, host_key: str, cipher: str, mac: str) -> tuple[str, ...]:
    """Return which of the agreed algorithms are no longer safe."""
    agreed = zip((kex, host_key, cipher, mac), ("kex", "keys", "ciphers", "macs"), strict=True)
    return tuple(name for name, kind in agreed if name in OLD[kind])
