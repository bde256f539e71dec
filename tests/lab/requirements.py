"""What the lab needs from the machine, and what to say when it is missing."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import lldp_control
from .errors import LabError, LabUnavailableError
from .process import search_path

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE_OF: Final[Mapping[str, str]] = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "env": "coreutils",
    "ip": "iproute2",
    "nft": "nftables",
    "snmpd": "snmpd",
    "snmpbulkwalk": "snmp",
    "lldpd": "lldpd",
    "sshd": "openssh-server",
    "ssh-keygen": "openssh-client",
}
_USER_NAMESPACES: Final = (
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
)


def check() -> None:
    """Raise LabUnavailableError when a program is missing."""
    if not Path("/proc/self/ns/net").exists():
        message = "the lab needs Linux network namespaces"
        raise LabUnavailableError(message)
    missing = [program for program in PACKAGE_OF if shutil.which(program, path=search_path()) is None]
    packages = {PACKAGE_OF[program] for program in missing}
    try:
        ctypes.CDLL(lldp_control.LIBRARY)
    except OSError:
        missing.append(lldp_control.LIBRARY)
        packages.add("lldpd")
    if missing:
        message = f"the lab needs {', '.join(missing)}"
        raise LabUnavailableError(message, f"apt-get install --no-install-recommends {' '.join(sorted(packages))}")


def explain_refusal(log: str) -> LabError | LabUnavailableError:
    """Say why the sandbox ended before it could speak, from what it left in the log."""
    if not log.startswith("unshare:"):
        return LabError(log or "the sandbox ended without a word")
    if "root filesystem propagation" in log:
        message = f"the root folder here is no mount point, as in a chroot: {log}"
        return LabUnavailableError(message, "outside of it: mount --bind DIR DIR, then chroot DIR")
    if os.geteuid() == 0:
        message = f"this root may not create namespaces: {log}"
        return LabUnavailableError(message, "a container needs CAP_SYS_ADMIN, for example --privileged")
    message = f"this kernel does not let an ordinary user create namespaces: {log}"
    hints = [hint for path, refusing, hint in _USER_NAMESPACES if _reads(path) == refusing]
    return LabUnavailableError(message, "as root: " + "; ".join(hints) if hints else "run it as root")


def _reads(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return ""
