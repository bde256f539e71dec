"""Settings and credentials: right ones are typed, wrong ones are located, secrets never show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inventory.model.errors import SettingsError
from netaudit.credentials import snmp_credential
from netaudit.settings import Settings, load
from probes.contract import SnmpV2c, SnmpV3

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[sweep]
rate = 500
exclude = ["10.0.0.1"]
[snmp.core]
version = "3"
user = "audit"
auth = { protocol = "SHA-256", secret = "env:AUTH" }
privacy = { protocol = "aes", secret = "file:%s" }
[snmp.access]
version = "2c"
community = "plain-secret"
[snmp.bare]
version = "2c"
[snmp.upside-down]
version = "3"
user = "audit"
privacy = { protocol = "aes128", secret = "12345678" }
[snmp.odd]
version = "3"
user = "audit"
auth = { protocol = "rot13", secret = "12345678" }
[snmp.short]
version = "3"
user = "audit"
auth = { protocol = "sha1", secret = "1234" }
"""


def write(folder: Path, content: str, mode: int = 0o600) -> Path:
    file = folder / "netaudit.toml"
    file.write_text(content, encoding="utf-8")
    file.chmod(mode)
    return file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    secret = tmp_path / "secret"
    secret.write_text("privacy-secret\n", encoding="utf-8")
    secret.chmod(0o600)
    return load(write(tmp_path, GOOD % secret), {})


def test_defaults_need_no_file(tmp_path: Path) -> None:
    defaults = load(None, {"XDG_CONFIG_HOME": str(tmp_path)})
    assert defaults.sweep.rate == 1000
    assert defaults.database_url.startswith("sqlite:///")


def test_the_environment_wins(tmp_path: Path) -> None:
    file = write(tmp_path, "[sweep]\nrate = 500\n")
    environ = {"NETAUDIT_SWEEP__RATE": "250", "NETAUDIT_SWEEP__PROBES": "icmp,tcp", "NETAUDIT_CONFIG": "ignored"}
    loaded = load(file, environ)
    assert (loaded.sweep.rate, loaded.sweep.probes) == (250, ("icmp", "tcp"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[sweep]\nrate = 0\n", "sweep.rate"),
        ("[sweep]\nspeed = 5\n", "sweep.speed"),
        ("[sweep\n", "not valid TOML"),
        ("[sweep]\ntcp_ports = [70000]\n", "sweep.tcp_ports.0"),
        ('[snmp.a]\nversion = "4"\n', "snmp.a.version"),
    ],
)
def test_a_wrong_file_is_located(tmp_path: Path, content: str, says: str) -> None:
    file = write(tmp_path, content)
    with pytest.raises(SettingsError, match=says) as caught:
        load(file, {})
    assert str(file) in str(caught.value)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "absent.toml", {})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_credentials_others_can_read_are_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SettingsError, match="other users can read it") as caught:
        load(write(tmp_path, '[snmp.a]\nversion = "2c"\ncommunity = "x"\n', mode), {})
    assert "chmod 600" in str(caught.value.hint)
    assert load(write(tmp_path, "[sweep]\nrate = 5\n", mode), {}).sweep.rate == 5


def test_profiles_become_credentials(settings: Settings) -> None:
    assert snmp_credential(settings, "access", {}) == SnmpV2c("plain-secret")
    assert snmp_credential(settings, "core", {"AUTH": "auth-secret"}) == SnmpV3(
        "audit", "sha256", "auth-secret", "aes128", "privacy-secret"
    )


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ("absent", "no SNMP profile 'absent'"),
        ("core", "AUTH is not set"),
        ("bare", "snmp.bare needs a community"),
        ("upside-down", "privacy needs auth"),
        ("odd", "'rot13' is not known"),
        ("short", "shorter than 8"),
    ],
)
def test_an_unusable_profile_says_why(settings: Settings, profile: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        snmp_credential(settings, profile, {})


def test_a_secret_file_others_can_read_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(SettingsError, match="other users can read"):
        snmp_credential(settings, "core", {"AUTH": "auth-secret"})


def test_secrets_never_show(settings: Settings) -> None:
    credential = snmp_credential(settings, "core", {"AUTH": "auth-secret"})
    shown = f"{settings!r} {settings} {credential!r} {snmp_credential(settings, 'access', {})!r}"
    for secret in ("auth-secret", "privacy-secret", "plain-secret", "12345678"):
        assert secret not in shown
