"""The process in which output is parsed: a line of JSON in, a line of JSON out, until its input closes.

A task is ``[template, output]``; its answer ``{"rows": […]}``, or ``{"unreadable": why}``. The first line, an empty
one, says that it is ready.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Final

from probes.parsers.templates import UnreadableError, rows

_MEMORY: Final = 1 << 30
"""Octets it may take: more than any table needs."""


def main() -> None:
    """Serve."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.stdout.write("\n")  # everything is read in
    sys.stdout.flush()
    for task in sys.stdin.buffer:
        template, output = json.loads(task)
        try:
            answer: dict[str, object] = {"rows": rows(template, output)}
        except UnreadableError as error:
            answer = {"unreadable": str(error)}
        except (MemoryError, RecursionError) as error:
            answer = {"unreadable": f"{type(error).__name__} in template {template}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
