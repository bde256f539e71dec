"""Keys and ciphers of the User-based Security Model (RFC 3414 §2.6, RFC 3826, RFC 7860, both drafts of AES-192/256).

Hashing and localisation of passwords, DES and 3DES are pysnmp's; AES is the cryptography library's, called directly:
through pysnmp every message costs five times as much.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from pyasn1.type import univ
from pysnmp.proto.error import ProtocolError, StatusInformation
from pysnmp.proto.secmod.rfc3414 import localkey
from pysnmp.proto.secmod.rfc3414.service import SnmpUSMSecurityModel

if TYPE_CHECKING:
    from probes.contract import AuthProtocol, PrivacyProtocol
    from probes.mibs.cells import Oid

_AUTH_PROTOCOLS: Oid = (1, 3, 6, 1, 6, 3, 10, 1, 1)
_SALT_OCTETS: Final = 8
_SALTS: Final = count(secrets.randbits(63))
"""RFC 3826 §3.1.2.1: no two messages under one key may share a salt. One counter serves every device."""


@dataclass(frozen=True, slots=True)
class Digest:
    """An authentication protocol."""

    service: Oid
    algorithm: str
    octets: int
    """How much of the HMAC travels."""


DIGESTS: dict[AuthProtocol, Digest] = {
    "md5": Digest((*_AUTH_PROTOCOLS, 2), "md5", 12),
    "sha1": Digest((*_AUTH_PROTOCOLS, 3), "sha1", 12),
    "sha224": Digest((*_AUTH_PROTOCOLS, 4), "sha224", 16),
    "sha256": Digest((*_AUTH_PROTOCOLS, 5), "sha256", 24),
    "sha384": Digest((*_AUTH_PROTOCOLS, 6), "sha384", 32),
    "sha512": Digest((*_AUTH_PROTOCOLS, 7), "sha512", 48),
}
CIPHERS: dict[PrivacyProtocol, str] = {
    "des": "Des",
    "3des": "Des3",
    "aes128": "Aes",
    "aes192": "AesBlumenthal192",
    "aes256": "AesBlumenthal256",
    "aes192c": "Aes192",
    "aes256c": "Aes256",
}
SERVICES = {type(service).__name__: service for service in SnmpUSMSecurityModel.PRIV_SERVICES.values()}


def auth_key(digest: Digest, password: bytes, engine_id: bytes) -> bytes:
    """Return the authentication key of a user of one engine."""
    master = _master_key(digest.algorithm, password)
    return bytes(localkey.localize_key(master, univ.OctetString(engine_id), getattr(hashlib, digest.algorithm)))


def privacy_key(protocol: PrivacyProtocol, digest: Digest, password: bytes, engine_id: bytes) -> bytes:
    """Return the privacy key of a user of one engine."""
    master = _master_key(digest.algorithm, password)
    return bytes(SERVICES[CIPHERS[protocol]].localize_key(digest.service, master, univ.OctetString(engine_id)))


@lru_cache(maxsize=64)
def _master_key(algorithm: str, password: bytes) -> univ.OctetString:
    """Hash a password (1 MiB, some 5 ms): once per password, not once per device."""
    return localkey.hash_passphrase(password, getattr(hashlib, algorithm))


def encipher(protocol: PrivacyProtocol, key: bytes, clock: tuple[int, int], plain: bytes) -> tuple[bytes, bytes]:
    """Return what travels of a scoped PDU, and the salt beside it; ``clock`` is the engine's boots and time."""
    if protocol.startswith("aes"):
        salt = (next(_SALTS) % 2 ** (8 * _SALT_OCTETS)).to_bytes(_SALT_OCTETS)
        return _aes(key, clock, salt).encryptor().update(plain), salt
    sealed, salt = SERVICES[CIPHERS[protocol]].encrypt_data(univ.OctetString(key), (*clock, None), plain)
    return bytes(sealed), bytes(salt)


def decipher(protocol: PrivacyProtocol, key: bytes, clock: tuple[int, int], sealed: bytes, salt: bytes) -> bytes:
    """Return a scoped PDU as it was; with another key, octets that are none.

    Raises:
        ValueError: it cannot have been enciphered so.
    """
    if protocol.startswith("aes"):
        if len(salt) != _SALT_OCTETS:
            message = "salt of another length"
            raise ValueError(message)
        return _aes(key, clock, salt).decryptor().update(sealed)
    service = SERVICES[CIPHERS[protocol]]
    try:
        plain = service.decrypt_data(univ.OctetString(key), (*clock, univ.OctetString(salt)), univ.OctetString(sealed))
    except (StatusInformation, ProtocolError, UnsupportedAlgorithm) as error:
        message = "cannot be deciphered"
        raise ValueError(message) from error
    return bytes(plain)


def _aes(key: bytes, clock: tuple[int, int], salt: bytes) -> Cipher[CFB]:
    boots, time = clock
    return Cipher(AES(key), CFB(boots.to_bytes(4) + time.to_bytes(4) + salt))
