"""Commands that run on a host of the lab, started from outside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .errors import LabUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

SYSTEM_FOLDERS: Final = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"


_ENTERING: Final = frozenset({"nsenter", "ip", "setpriv", "env"})
_ENTER_SECONDS: Final = 2.0


def search_path() -> str:
    """PATH with the folders system programs live in: an ordinary user's may lack them."""
    return f"{os.environ.get('PATH', '')}:{SYSTEM_FOLDERS}".lstrip(":")


def program(name: str) -> str:
    """The full path of a program.

    Raises:
        LabUnavailableError: It is not installed.
    """
    path = shutil.which(name, path=search_path())
    if path is None:
        message = f"the lab needs {name}"
        raise LabUnavailableError(message)
    return path


def child_of(pid: int) -> int | None:
    """The first child of a process, by its number outside the lab."""
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        if children:
            return int(children[0])
    return None


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way from outside into the sandbox, and there into one host's network, /sys and host name."""

    first_process: int
    host: str
    _: KW_ONLY
    named: bool
    user_namespace: bool

    def command(self, command: Sequence[str], cwd: Path) -> list[str]:
        """The command line that goes this way and then runs `command`.

        The command ends with the one that entered for it (pdeathsig), and with the sandbox, whichever is first. A
        Ctrl-C is the command's to handle, so the one that entered ignores it.
        """
        enter = ["env", "--ignore-signal=INT,QUIT"]
        # The root as well: a mount namespace alone would lead out of a chroot the lab was started in.
        enter += ["nsenter", f"--target={self.first_process}", "--root", "--mount", "--uts", "--ipc", "--net", "--pid"]
        if self.user_namespace:
            enter += ["--user", "--preserve-credentials"]
        enter.append("--")
        if self.named:
            enter += ["nsenter", f"--uts=/run/uts/{self.host}", "--"]
        enter += ["ip", "netns", "exec", self.host, "setpriv", "--pdeathsig", "KILL"]
        return [*enter, "env", "--default-signal=INT,QUIT", "-C", str(cwd), *command]


class HostProcess(subprocess.Popen[str]):
    """A command on a host. Signals reach the command itself, not the one that entered the namespaces for it."""

    def send_signal(self, sig: int) -> None:
        """Send a signal to the command, once it runs."""
        deadline = time.monotonic() + _ENTER_SECONDS
        inner = child_of(self.pid)
        while self.poll() is None and time.monotonic() < deadline:
            inner = child_of(self.pid)
            if inner is not None and (sig == signal.SIGKILL or _name(inner) not in _ENTERING):
                break
            time.sleep(0.01)
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid if inner is None else inner, sig)

    def terminate(self) -> None:
        """Ask the command to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the command."""
        self.send_signal(signal.SIGKILL)


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
