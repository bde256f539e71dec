"""Writes what comes from elsewhere: reference from the code, the API's shapes from ``docs/schema``; a test compares.

``python -m tests.project.reference``
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

os.environ |= {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}  # help texts are read when a command is imported

from netaudit.cli.main import cli
from netaudit.settings import (
    CollectSettings,
    FilingSettings,
    HealthSettings,
    OidcSettings,
    ReportSettings,
    RetentionSettings,
    ServeSettings,
    Settings,
    SnmpProfile,
    SshProfile,
    SweepSettings,
)
from tests.project.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

_WRITTEN = "Written by `make docs` from the code; do not edit."
_SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("", Settings),
    ("[sweep]", SweepSettings),
    ("[collect]", CollectSettings),
    ("[report]", ReportSettings),
    ("[retention]", RetentionSettings),
    ("[health]", HealthSettings),
    ("[filing]", FilingSettings),
    ("[serve]", ServeSettings),
    ("[oidc]", OidcSettings),
    ("[snmp.NAME]", SnmpProfile),
    ("[ssh.NAME]", SshProfile),
)


def commands() -> str:
    """Return docs/commands.md: the help of every command."""
    lines = ["# Commands", "", _WRITTEN, ""]
    for context in _walk(cli, "netaudit", None):
        lines += [f"## {context.command_path}", "", "```text", context.get_help().rstrip(), "```", ""]
    return "\n".join(lines)


def _walk(command: click.Command, name: str, parent: click.Context | None) -> Iterator[click.Context]:
    context = command.make_context(
        name, [], parent=parent, resilient_parsing=True, terminal_width=100, max_content_width=100
    )
    yield context
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from _walk(found, child, context)


def settings() -> str:
    """Return docs/settings.md: every key with type, default and meaning."""
    lines = [
        "# Settings",
        "",
        _WRITTEN,
        "",
        "One TOML file, named with `--config` or `NETAUDIT_CONFIG`; by default `netaudit.toml` in the user's",
        "configuration folder (`~/.config/netaudit/`). Environment variables win: `NETAUDIT_SWEEP__RATE=500` sets",
        "`rate` in `[sweep]`.",
        "A file with credentials must be readable by its owner only (`chmod 600`).",
        "",
        "Secrets are written as `env:NAME` (an environment variable), `file:/path` (first line of a file only its",
        "owner can read) or literally.",
        "",
    ]
    for title, model in _SECTIONS:
        if title:
            lines += [f"## {title}", ""]
        lines += ["| key | default | meaning |", "|---|---|---|"]
        for name, field in model.model_fields.items():
            if not title and name in {"sweep", "collect", "report", "retention", "health", "filing", "serve", "oidc"}:
                continue
            default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
            lines.append(f"| `{name}` | {default} | {field.description or _KEYS[name]} |")
        lines.append("")
    lines += ["## Example", "", "```toml", _EXAMPLE.strip(), "```", ""]
    return "\n".join(lines)


def _default(value: object) -> str:
    if value in (None, {}, (), ""):
        return "–"
    return f"`{', '.join(map(str, value)) if isinstance(value, tuple) else value}`"


_KEYS = {
    "version": "`1`, `2c` or `3`.",
    "community": "Secret: the read-only community (versions 1 and 2c).",
    "user": "USM user (version 3).",
    "auth": "`{ protocol, secret }`: md5, sha1, sha224, sha256, sha384 or sha512.",
    "privacy": "`{ protocol, secret }`: des, 3des, aes128, aes192, aes256; `c` appended: Cisco's key extension.",
    "context": "Context name (version 3).",
    "port": "UDP or TCP port.",
    "username": "Account with the least rights that may read.",
    "password": "Secret: its password; beside a `key_file`, the key's own.",
    "key_file": "Private key instead of a password; refused where other users can read it.",
    "legacy": "Accept algorithms that are no longer safe: for devices that have no others.",
}
_EXAMPLE = """
[sweep]
rate = 500
exclude = ["10.20.3.40-10.20.3.45"]      # vaccine cold chain

[snmp.core]
version = "3"
user = "audit"
auth = { protocol = "sha256", secret = "env:SNMP_AUTH" }
privacy = { protocol = "aes128", secret = "env:SNMP_PRIV" }

[snmp.access]
version = "2c"
community = "file:/etc/netaudit/community"
"""

ROOT = Path(__file__).parents[2]
WRITTEN = {"docs/commands.md": commands, "docs/settings.md": settings, "netaudit/web/api/shapes.json": shapes}


def main() -> int:
    """Write the files; with ``--check`` only name those that are not what the code says."""
    wanted = {name: make() for name, make in WRITTEN.items()}
    if sys.argv[1:] == ["--check"]:
        stale = [name for name, text in wanted.items() if (ROOT / name).read_text(encoding="utf-8") != text]
        print(*stale, sep="\n", end="\n" if stale else "")  # noqa: T201 -- a command line
        return 1 if stale else 0
    for name, text in wanted.items():
        (ROOT / name).write_text(text, encoding="utf-8")
        print(name)  # noqa: T201 -- a command line
    return 0


if __name__ == "__main__":
    sys.exit(main())
