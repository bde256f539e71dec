"""What the main process may do: open sockets for packets of our own, and nothing else a user may not.

Started by sudo, it becomes the user who called sudo; started as root, it stays root without root's powers; started with
CAP_NET_RAW alone, as by systemd's AmbientCapabilities, or without any privilege, it stays as it is.
"""

from __future__ import annotations

import logging
import os
import pwd
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inventory.model.text import N_
from probes.sweep import powers

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG = logging.getLogger(__name__)
_OURS: Final = Path(__file__)


def settle(environ: Mapping[str, str] = os.environ, *, named: bool) -> None:
    """Give up what is not needed, before anything is read or written.

    Args:
        environ: where sudo says who called it.
        named: whether a database or settings file was named: it may be another user's than the one who called sudo.
    """
    if os.geteuid() != 0:
        return
    try:
        user = None if named else _caller(environ)
        if user is not None and _may_run_us(user):
            powers.bound({powers.NET_RAW})
            powers.become(user.pw_uid, user.pw_gid, os.getgrouplist(user.pw_name, user.pw_gid))
            powers.keep({powers.NET_RAW})
            powers.gain_nothing_more()
            os.environ.update({"HOME": user.pw_dir, "USER": user.pw_name, "LOGNAME": user.pw_name})
        else:
            kept = {powers.NET_RAW} | ({powers.DAC_OVERRIDE} if named else set())
            # The packet process becomes nobody by itself, and as root's child it gets these two back for that.
            powers.bound(kept | {powers.SETUID, powers.SETGID})
            powers.keep(kept)
    except OSError as error:
        _LOG.warning(N_("privileges could not be given up: %s"), error)


def _caller(environ: Mapping[str, str]) -> pwd.struct_passwd | None:
    """Return who called sudo; None when nobody did, or root itself."""
    written = environ.get("SUDO_UID", "")
    if not (written.isascii() and written.isdigit()) or int(written) == 0:
        return None
    try:
        return pwd.getpwuid(int(written))
    except KeyError:
        return None


def _may_run_us(user: pwd.struct_passwd) -> bool:
    """Whether a user can read this program: one installed in root's own home is for root."""
    os.setegid(user.pw_gid)
    os.seteuid(user.pw_uid)
    try:
        readable = os.access(_OURS, os.R_OK, effective_ids=True)
        return readable and os.access(sys.executable, os.X_OK, effective_ids=True)
    finally:
        os.seteuid(0)
        os.setegid(0)
