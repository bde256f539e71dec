"""``make demo``: the user's path, on the lab, with every command shown as it is run."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .errors import LabUnavailableError
from .network import running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .network import Lab

FOLDER: Final = Path(".demo")
PARTIAL: Final = 3
"""The exit code of a sweep that could not read everything: the lab has a switch and a router nobody can read."""


class Demo:
    """The commands of a first day, run on the lab's admin host and printed as a user would type them."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.folder = FOLDER.resolve()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        shutil.copytree(lab.directory / "sheets", self.folder / "sheets")
        shutil.copyfile(lab.directory / "netaudit.toml", self.folder / "netaudit.toml")
        (self.folder / "netaudit.toml").chmod(0o600)
        self.environment = {
            "NETAUDIT_DATABASE": f"sqlite:///{self.folder}/netaudit.db",
            "NETAUDIT_CONFIG": f"{self.folder}/netaudit.toml",
            "XDG_STATE_HOME": f"{self.folder}/state",
        }

    def run(self, *arguments: str, accepted: Sequence[int] = (0,)) -> None:
        """Run one netaudit command on the admin host.

        Raises:
            SystemExit: it ended with another exit code than the accepted ones.
        """
        print(f"\n{_bold('$ netaudit ' + ' '.join(arguments))}", flush=True)
        command = [
            sys.executable,
            "-m",
            "netaudit",
            *(argument.replace(str(FOLDER), str(self.folder)) for argument in arguments),
        ]
        with self.lab.popen("admin", command, env=self.environment) as process:
            code = process.wait()
        if code not in accepted:
            sys.exit(code or 1)


def main() -> int:
    """Build the lab, do a first day's work on it, end it, and say what to try next."""
    started = time.monotonic()
    print("Building a miniature e-government extranet in network namespaces …", flush=True)
    try:
        with running() as lab:
            shape = lab.topology
            print(
                f"It is up: {len(shape.units)} units, {len(shape.switches)} switches, {len(shape.stations)} endpoints "
                f"({time.monotonic() - started:.0f} s).",
                flush=True,
            )
            demo = Demo(lab)
            demo.run("import", f"{FOLDER}/sheets")
            demo.run("sweep", accepted=(0, PARTIAL))
    except LabUnavailableError as error:
        print(error, file=sys.stderr)
        return 4
    print(f"\nDone in {time.monotonic() - started:.0f} s. The lab is gone; its registry is in {FOLDER}. Try next:")
    print(f"  export NETAUDIT_DATABASE={shlex.quote(f'sqlite:///{demo.folder}/netaudit.db')}")
    for command in (
        f"locate {_unregistered(demo)}",
        f"report unregistered --format xlsx --output {FOLDER}/unregistered.xlsx",
        "--lang zh report registration-rate",
    ):
        print(f"  .venv/bin/netaudit {command}")
    return 0


def _bold(line: str) -> str:
    return f"\033[1m{line}\033[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else line


def _unregistered(demo: Demo) -> str:
    """Return the address of the first unregistered endpoint with one."""
    listing = subprocess.run(
        [sys.executable, "-m", "netaudit", "endpoint", "list", "--unregistered", "--format", "csv"],
        env={**os.environ, **demo.environment},
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8-sig")
    header, *rows = (line.split(",") for line in listing.splitlines())
    return next(row[header.index("ip")] for row in rows if row[header.index("ip")])


if __name__ == "__main__":
    sys.exit(main())
