"""The way to a login shell: reached, proven to be the device, logged in to. netmiko's transport, none of its typing.

netmiko's drivers type at login and logout, some of it with effect on the device (they answer "save now?" with yes). So
only its connection is used, and whatever of it could type or configure raises.
"""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING, Any, Final, NoReturn

import paramiko
from netmiko.base_connection import BaseConnection
from paramiko.auth_strategy import AuthResult, AuthStrategy, SourceResult

from inventory.model.hostkeys import HostKey
from inventory.model.systemerrors import system_words
from inventory.model.text import Text, text, verbatim
from inventory.model.transcript import Handshake
from probes.ssh.algorithms import OLD, old_among, signatures

if TYPE_CHECKING:
    from collections.abc import Callable

    from probes.contract import SshCredential, SshLimits, SshTarget

# A peer that talks nonsense is an expected ending; paramiko would print its traceback.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)
_LOG_CHANNEL: Final = "paramiko.netaudit"

_FORBIDDEN: Final = (
    "write_channel",
    "send_command",
    "send_command_timing",
    "send_command_expect",
    "send_multiline",
    "send_multiline_timing",
    "send_config_set",
    "send_config_from_file",
    "config_mode",
    "enable",
    "commit",
    "save_config",
    "disconnect",
)


class HostKeyRefusedError(Exception):
    """The device showed a key that is not believed; nothing secret was sent."""


class Connection(BaseConnection):
    """An SSH connection with a shell channel, and no way to type but the channel itself."""

    def __init__(self, target: SshTarget, limits: SshLimits, login: Callable[[paramiko.Transport], None]) -> None:
        """Prepare; :meth:`open` connects.

        Args:
            target: the device.
            limits: how patient.
            login: called when the device has proven who it is, to authenticate.
        """
        # netmiko learns no secret: it would keep it in a filter of its global logger.
        super().__init__(
            host=str(target.address), port=target.credential.port, device_type="generic", auto_connect=False
        )
        self._target = target
        self._limits = limits
        self._login = login
        self._agreed_kex = ""
        self.host_key: HostKey | None = None
        self.remote_conn_pre = None
        self.key_policy = _Pins(self)

    def open(self) -> paramiko.Channel:
        """Connect, check the host key, log in and start a shell.

        Raises:
            OSError: the device cannot be reached.
            paramiko.SSHException: it does not speak SSH, offers no common algorithm, or rejects the credential.
            HostKeyRefusedError: its key is not believed.
        """
        credential = self._target.credential
        limits = self._limits
        patience = limits.last_connect_timeout_s if self._target.silent else limits.connect_timeout_s
        self.sock = socket.create_connection((str(self._target.address), credential.port), patience)
        try:
            client = self.remote_conn_pre = self._build_ssh_client()
            client.set_log_channel(_LOG_CHANNEL)
            client.connect(**self._connect_params_dict())
            self.remote_conn = client.invoke_shell(term="vt100", width=511, height=1000)
        except BaseException:
            self.close()
            raise
        return self.remote_conn

    def believes(self, key: HostKey) -> bool:
        """Remember what the device showed, and say whether it may be sent the password."""
        self.host_key = key
        return key in self._target.pinned or (not self._target.pinned and self._target.trusting)

    @property
    def handshake(self) -> Handshake | None:
        """What was agreed; None before anything was."""
        transport = self.remote_conn_pre.get_transport() if self.remote_conn_pre else None
        if transport is None or not transport.remote_version:
            return None
        kex, host_key = getattr(transport, "agreed_kex", ""), transport.host_key_type or ""
        agreed = kex, host_key, transport.remote_cipher or "", transport.remote_mac or ""
        return Handshake(transport.remote_version[:255], *agreed, old=old_among(*agreed))

    def close(self) -> None:
        """Close everything, whatever state it is in."""
        logging.getLogger("netmiko").removeFilter(self._secrets_filter)
        self.paramiko_cleanup()
        if self.sock is not None:
            self.sock.close()

    def _connect_params_dict(self) -> dict[str, Any]:
        limits, credential = self._limits, self._target.credential
        return {
            "hostname": self.host,
            "port": self.port,
            "username": credential.username,
            "sock": self.sock,
            "timeout": limits.login_timeout_s,
            "banner_timeout": limits.login_timeout_s,
            "auth_timeout": limits.login_timeout_s,
            "channel_timeout": limits.login_timeout_s,
            "disabled_algorithms": None if credential.legacy else {kind: list(names) for kind, names in OLD.items()},
            "transport_factory": self._transport,
            "auth_strategy": _Login(self._login),
        }

    def _transport(self, sock: socket.socket, **options: Any) -> paramiko.Transport:  # noqa: ANN401 -- paramiko's
        """Prefer the kind of key that is pinned: a device that learned a new kind is still the same device."""
        transport = _Transport(sock, **options)
        wanted = [name for key in self._target.pinned for name in signatures(key.kind)]
        offered = transport.get_security_options()
        known = [name for name in wanted if name in offered.key_types]
        offered.key_types = [*known, *(name for name in offered.key_types if name not in known)]
        return transport


def _forbidden(name: str) -> Callable[..., NoReturn]:
    def refuse(self: Connection, *_arguments: object, **_options: object) -> NoReturn:
        message = f"{type(self).__name__}.{name}: a device is only read"
        raise PermissionError(message)

    return refuse


for _name in _FORBIDDEN:
    setattr(Connection, _name, _forbidden(_name))


class _Transport(paramiko.Transport):  # type: ignore[misc]  # paramiko ships no types
    """Remembers the key exchange, which paramiko forgets as soon as it is over."""

    agreed_kex = ""

    @property
    def kex_engine(self) -> Any:  # noqa: ANN401 -- paramiko's
        return self._engine

    @kex_engine.setter
    def kex_engine(self, engine: Any) -> None:  # noqa: ANN401 -- paramiko's
        self._engine = engine
        self.agreed_kex = getattr(engine, "name", None) or self.agreed_kex


class _Pins(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko ships no types
    """Believes what the register says; paramiko is given no keys of its own, so every key comes here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002 -- paramiko's signature
        shown = HostKey(key.get_name(), key.asbytes())
        if not self._connection.believes(shown):
            raise HostKeyRefusedError(shown.fingerprint)


class _Login(AuthStrategy):  # type: ignore[misc]  # paramiko ships no types
    """paramiko calls this when the host key was believed."""

    def __init__(self, login: Callable[[paramiko.Transport], None]) -> None:
        self._login = login

    def authenticate(self, transport: paramiko.Transport) -> AuthResult:
        """Log in; whatever fails raises."""
        self._login(transport)
        result = AuthResult(strategy=self)
        result.append(SourceResult(None, []))
        return result


class RejectedError(paramiko.AuthenticationException):  # type: ignore[misc]  # paramiko ships no types
    """The login did not succeed, and ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class KeyFileError(RejectedError):
    """The private key cannot be used: nothing was tried."""


def authenticate(transport: paramiko.Transport, credential: SshCredential) -> None:
    """Log in with the one credential: its key where it has one, else its password. One try.

    Raises:
        paramiko.AuthenticationException: the device rejects it, or wants something more.
    """
    if credential.key_file is not None:
        more = transport.auth_publickey(credential.username, _private_key(credential))
    else:
        more = transport.auth_password(credential.username, credential.password or "")
    if more:
        raise RejectedError(text("accepted, but it wants more: {methods}", methods=", ".join(more)))


def _private_key(credential: SshCredential) -> paramiko.PKey:
    password = credential.password.encode() if credential.password else None
    try:
        return paramiko.PKey.from_path(credential.key_file, password)
    except (OSError, ValueError, TypeError, paramiko.SSHException) as error:
        why = system_words(error) if isinstance(error, OSError) else verbatim(type(error).__name__)
        raise KeyFileError(text("key file {file}: {reason}", file=credential.key_file, reason=why)) from None
