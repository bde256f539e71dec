"""Settings: one TOML file and the environment, typed, with documented defaults.

Environment variables win over the file: ``NETAUDIT_SWEEP__RATE=500`` sets ``rate`` in ``[sweep]``. Credential profiles
(``[snmp.NAME]``, ``[ssh.NAME]``) may hold secrets, so a settings file that others can read is refused.
"""

from __future__ import annotations

import os
import stat
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from inventory.model.errors import RefusedError, SettingsError
from inventory.model.hours import read_hours
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from netaudit.refusals import where_value, why_toml, why_value

if TYPE_CHECKING:
    from collections.abc import Mapping

Engine: TypeAlias = Literal["native", "pysnmp"]

ENVIRONMENT_PREFIX: Final = "NETAUDIT_"
_LISTS: Final = frozenset({"probes", "tcp_ports", "exclude", "required", "reserved", "trusted_proxies"})
_OWN_VARIABLES: Final = frozenset({"NETAUDIT_DATABASE", "NETAUDIT_CONFIG"})


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SweepSettings(_Section):
    """``[sweep]``: what is sent, and how fast at most."""

    rate: float = Field(1000, gt=0, le=1_000_000, description="Packets per second, all probes together.")
    new_addresses_per_gateway: float = Field(
        100, gt=0, description="Addresses a gateway is made to resolve per second; switches drop above 100."
    )
    neighbour_table: int = Field(
        1024,
        ge=64,
        le=10_000_000,
        description="Entries the ARP table of a gateway holds at least: it is poked so slowly that it never overflows, "
        "and read so often that nothing is forgotten before.",
    )
    neighbour_tables: dict[str, Annotated[int, Field(ge=64, le=10_000_000)]] = Field(
        default_factory=dict,
        description="The same for single gateways, by device name: bigger ones are read less often.",
    )
    arp_rate: float = Field(
        10, gt=0, description="ARP packets per second on the local link; inspection shuts ports above 15."
    )
    trusted_port: bool = Field(
        default=False,
        description="The port this computer is plugged in to is exempt from ARP inspection: arp_rate does not hold.",
    )
    village_rate: float = Field(
        50,
        gt=0,
        description="Packets per second to all prefixes of one village point, unless rate_limit says otherwise.",
    )
    quiet_hours: str = Field(
        "", description="When a sweep sends nothing, to hosts or devices, local time: 08:30-09:30,14:00-15:00."
    )
    contact: str = Field("", description="Who runs the sweep and how to reach them; shown by --dry-run and in reports.")
    timeout: float = Field(1.0, gt=0, le=60, description="Seconds to wait for one probe's answer.")
    retries: int | None = Field(
        None,
        ge=0,
        le=10,
        description="How often a silent address is asked again; by default until the measured loss predicts that "
        "hardly a host is missed.",
    )
    probes: tuple[Literal["icmp", "arp", "tcp", "udp"], ...] = Field(("icmp", "arp", "tcp"), description="Probe kinds.")
    tcp_ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = Field(
        (22, 80, 135, 139, 443, 445, 3389), description="TCP ports asked; 515 and 9100 are never probed."
    )
    exclude: tuple[str, ...] = Field((), description="Addresses, ranges or CIDRs nothing is sent to.")

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, written: str) -> str:
        """Refuse what is no time of day."""
        try:
            return ",".join(str(span) for span in read_hours(written))
        except ValueError:
            raise RefusedError(
                text("{value} is not a time of day; write it like 08:30-09:30,14:00-15:00", value=written)
            ) from None


class CollectSettings(_Section):
    """``[collect]``: how devices are read."""

    timeout: float = Field(2.0, gt=0, le=60, description="Seconds to wait for one SNMP answer.")
    retries: int = Field(2, ge=0, le=10, description="How often an unanswered request is repeated.")
    devices_in_flight: int = Field(
        200, ge=1, le=500, description="Devices read at once, at most: fewer while this machine cannot keep up."
    )
    ssh_devices_in_flight: int = Field(32, ge=1, le=200, description="Devices logged in to at once.")
    ssh_host_keys: Literal["record", "strict"] = Field(
        "record",
        description="record: the first host key a device shows is believed and listed for approval; strict: a device "
        "is logged in to only after its key was approved.",
    )
    ssh_login_timeout: float = Field(30, gt=0, le=300, description="Seconds each step of an SSH login may take.")
    keep_output_days: int = Field(
        30, ge=1, le=3660, description="Days the output of commands is kept, to be read again by a better netaudit."
    )
    device_budget: float = Field(600, gt=0, description="Seconds one device may take in all.")
    engine: Engine = Field(
        "native", description="What speaks SNMP: netaudit itself, or pysnmp (slower; to compare when in doubt)."
    )


class ReportSettings(_Section):
    """``[report]``: what reports count."""

    window_days: int = Field(
        7, ge=1, le=366, description="An endpoint counts as observed when a sweep of the last days saw it."
    )


class RetentionSettings(_Section):
    """``[retention]``: how long what was collected is kept. Only ``netaudit prune --yes`` deletes anything."""

    facts_days: int | None = Field(
        None, ge=30, le=36500, description="Days the facts of a sweep are kept; what they came to stays. None: forever."
    )
    history_days: int | None = Field(
        None, ge=30, le=36500, description="Days an interval of the history is kept after it ended. None: forever."
    )


class FilingSettings(_Section):
    """``[filing]``: what a registration needs, and how long each side has."""

    required: tuple[str, ...] = Field(
        ("person", "phone", "device_type", "location", "internet"),
        description="Columns of the registrations sheet that must be filled before a registration is submitted.",
    )
    review_days: int = Field(5, ge=1, le=366, description="Days the office has for a review.")
    correction_days: int = Field(10, ge=1, le=366, description="Days a unit has to correct what was returned.")
    reconfirmation_days: int = Field(
        365, ge=1, le=3660, description="Days after which a unit has to confirm that a registration still holds."
    )
    hold_days: int = Field(14, ge=1, le=366, description="Days an address that was asked for is held for the unit.")
    reserved: tuple[str, ...] = Field(
        (), description="Networks and addresses the office keeps: none of them is suggested or held."
    )


class ServeSettings(_Section):
    """``[serve]``: how often the portal and the API may be asked, and which proxies are believed."""

    logins_per_minute: int = Field(
        60, ge=1, le=100_000, description="Logins tried, and unknown tokens shown, from one address."
    )
    requests_per_minute: int = Field(600, ge=1, le=1_000_000, description="Requests to the API with one token.")
    uploads_per_minute: int = Field(30, ge=1, le=100_000, description="Files sent by one account.")
    trusted_proxies: tuple[str, ...] = Field(
        ("127.0.0.1", "::1"),
        description="With --behind-proxy: the addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are "
        "believed.",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what is no address or network."""
        for one in written:
            try:
                ip_network(one)
            except ValueError:
                raise RefusedError(
                    text("{value} is no address or network; write it like 10.0.0.5 or 10.0.0.0/28", value=one)
                ) from None
        return written


class OidcSettings(_Section):
    """``[oidc]``: logging in at the district's login service (OpenID Connect); without it nothing of it is loaded."""

    issuer: str = Field(description="The service's issuer, such as `https://login.example.cn/realms/gov`.")
    client_id: str = Field(description="How the service knows this portal.")
    client_secret: SecretStr | None = Field(
        None, description="Secret: the portal's own, as `env:NAME` or `file:/path`; none for a public client."
    )
    portal: str = Field(
        description="This portal's address as browsers know it; the service has to allow `PORTAL/login/oidc/back`."
    )
    claim: str = Field("preferred_username", description="Which claim names the account here.")
    label: str = Field("", description="What the button says; by default that it is the login service.")

    @field_validator("issuer", "portal")
    @classmethod
    def _by_tls(cls, written: str) -> str:
        """Refuse what would carry codes in clear."""
        parts = urlsplit(written)
        local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not parts.hostname or (parts.scheme != "https" and not local):
            raise RefusedError(text("{value} has to begin with https://", value=written))
        return written.rstrip("/")


class HealthSettings(_Section):
    """``[health]``: what ``netaudit device health`` looks at."""

    public_community: bool = Field(
        True, description="Ask each registered device once, by SNMP v2c and v1, whether it answers to `public`."
    )
    clock_tolerance: float = Field(120, gt=0, description="Seconds a device's clock may be off.")
    nearly_full: float = Field(0.9, gt=0, le=1, description="Share of its MAC table from which on it is nearly full.")


class SnmpSecret(_Section):
    """Protocol and secret of one USM service."""

    protocol: str
    secret: SecretStr


class SnmpProfile(_Section):
    """``[snmp.NAME]``: how devices that name this profile are read."""

    version: Literal["1", "2c", "3"]
    community: SecretStr | None = None
    user: str | None = None
    auth: SnmpSecret | None = None
    privacy: SnmpSecret | None = None
    context: str = ""
    port: int = Field(161, ge=1, le=65535)


class SshProfile(_Section):
    """``[ssh.NAME]``: how devices that name this profile are logged in to."""

    username: str
    password: SecretStr | None = None
    key_file: Path | None = None
    """A private key; ``password`` is then the key's, where it has one."""
    port: int = Field(22, ge=1, le=65535)
    legacy: bool = False
    """Accept algorithms that are no longer safe: for devices that have no others."""


class Settings(_Section):
    """Everything that can be set."""

    database: str | None = Field(
        None, description="SQLAlchemy URL; by default an SQLite file in the user's data folder.", repr=False
    )
    log_file: Path | None = Field(None, description="Where the log goes; by default the user's state folder.")
    sweep: SweepSettings = SweepSettings()
    collect: CollectSettings = CollectSettings()
    report: ReportSettings = ReportSettings()
    retention: RetentionSettings = RetentionSettings()
    health: HealthSettings = HealthSettings()
    filing: FilingSettings = FilingSettings()
    serve: ServeSettings = ServeSettings()
    oidc: OidcSettings | None = Field(None, description="The login service.")
    snmp: dict[str, SnmpProfile] = Field(default_factory=dict, description="SNMP credential profiles.")
    ssh: dict[str, SshProfile] = Field(default_factory=dict, description="SSH credential profiles.")

    def reading_by(self, engine: Engine | None) -> Settings:
        """Return the same settings with another SNMP engine, where one is named."""
        if engine is None:
            return self
        return self.model_copy(update={"collect": self.collect.model_copy(update={"engine": engine})})

    @property
    def database_url(self) -> str:
        """The database's URL, the default filled in."""
        if self.database is not None:
            return self.database
        folder = Path(platformdirs.user_data_dir("netaudit", appauthor=False))
        return f"sqlite:///{folder / 'netaudit.db'}"

    @property
    def log_path(self) -> Path:
        """The log file, the default filled in."""
        return self.log_file or Path(platformdirs.user_state_dir("netaudit", appauthor=False)) / "netaudit.log"


def default_file() -> Path:
    """Return where the settings file is looked for when none is named."""
    return Path(platformdirs.user_config_dir("netaudit", appauthor=False)) / "netaudit.toml"


def load(file: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Args:
        file: the TOML file; None looks at the default place, where a missing file means defaults.
        environ: the environment, ``NETAUDIT_…`` variables of which override the file.

    Raises:
        SettingsError: the file is missing though named, readable by others though it holds secrets, no TOML, or a value
            is wrong; the message names file and key.
    """
    named = default_file() if file is None else file
    document = _read(named, must_exist=file is not None)
    _override(document, environ)
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError(
            text("{file}: {key}: {reason}", file=named, key=where_value(first), reason=why_value(first)),
            text("See docs/settings.md for every key, its meaning and its default."),
        ) from None


def _read(file: Path, *, must_exist: bool) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            document = tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(text("{file} is not valid TOML: {reason}", file=file, reason=why_toml(error))) from None
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, FileNotFoundError) and not must_exist:
            return {}
        raise SettingsError(
            text(
                "{file} cannot be read: {reason}",
                file=file,
                reason=system_words(error) if isinstance(error, OSError) else text("it is not UTF-8"),
            ),
            text("Name an existing file with --config or NETAUDIT_CONFIG."),
        ) from None
    if mode & 0o077 and _holds_secrets(document):
        raise SettingsError(
            text("{file} holds credentials but other users can read it (mode {mode}).", file=file, mode=f"{mode:04o}"),
            text("Run: chmod 600 {file}", file=file),
        )
    return document


def _holds_secrets(document: Mapping[str, Any]) -> bool:
    database = str(document.get("database") or "")
    written = database.partition("://")[2].partition("@")
    with_password = (written[1] and ":" in written[0]) or "password=" in database
    with_client = isinstance(service := document.get("oidc"), dict) and service.get("client_secret")
    return bool(document.get("snmp") or document.get("ssh") or with_password or with_client)


def _override(document: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, value in environ.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or name in _OWN_VARIABLES:
            continue
        *sections, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
        if not sections and key not in Settings.model_fields:
            continue
        if sections and sections[0] not in Settings.model_fields:
            continue
        place = document
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                raise SettingsError(
                    text("{name}: {section} is no section of the settings.", name=name, section=section)
                )
        place[key] = value.split(",") if key in _LISTS else value
