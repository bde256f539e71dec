"""The secrets of a network that exists for minutes and reaches nowhere, and the SNMP and SSH profiles made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

COMMUNITY: Final = "lab-read"
USER: Final = "audit"
AUTH_SECRET: Final = "lab-authentication"
PRIVACY_SECRET: Final = "lab-privacy-secret"
CORE_PROFILE: Final = "core"
"""The profile of the SNMPv3 devices; every other one speaks version 2c."""


def profiles(key_file: Path) -> str:
    """The netaudit.toml of the lab."""
    return f"""\
[snmp.{CORE_PROFILE}]
version = "3"
user = "{USER}"
auth = {{ protocol = "sha256", secret = "{AUTH_SECRET}" }}
privacy = {{ protocol = "aes128", secret = "{PRIVACY_SECRET}" }}

[snmp.access]
version = "2c"
community = "{COMMUNITY}"

[ssh.lab]
username = "{USER}"
key_file = "{key_file}"
"""


def snmp_arguments(profile: str) -> list[str]:
    """Options with which net-snmp's tools read a device of this profile."""
    if profile == CORE_PROFILE:
        options = ["-v3", "-l", "authPriv", "-u", USER, "-a", "SHA-256", "-A", AUTH_SECRET]
        return [*options, "-x", "AES", "-X", PRIVACY_SECRET]
    return ["-v2c", "-c", COMMUNITY]
