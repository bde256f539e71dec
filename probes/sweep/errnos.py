"""What the kernel says when it does not send."""

from __future__ import annotations

import errno
from typing import Final

# EADDRNOTAVAIL: every local port is taken by a connect that has not ended yet.
AGAIN: Final = frozenset({
    errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.EINTR,
})  # fmt: skip
"""No room now: the same again a little later."""
NEVER: Final = frozenset({errno.EACCES, errno.EINVAL, errno.EAFNOSUPPORT})
"""Not to this address: broadcast, forbidden by a route."""
