"""Brings the message catalogues up to date with the source: ``python -m tests.project.catalogues``.

English translates every message by itself; Chinese keeps what it has, and new messages arrive empty, which fails the
tests until somebody translates them. Messages no longer used are dropped.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from netaudit.i18n import CATALOGUES, DOMAIN, LANGUAGES, LOCALE_DIR, Language

ROOT: Final = Path(__file__).parents[2]
KEYWORDS: Final = {"_": None, "N_": None, "text": None, "gettext": None, "ngettext": (1, 2)}
METHODS: Final = [("registry/migrations/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]


def used() -> dict[str | tuple[str, str], None]:
    """Return every message of the source and of click, whose errors our users see, too; plurals as pairs."""
    found: dict[str | tuple[str, str], None] = {}
    for folder in (*(ROOT / name for name in ("netaudit", "inventory", "probes", "reports")), Path(click.__path__[0])):
        for _file, _line, message, _comments, _context in extract_from_dir(folder, METHODS, keywords=KEYWORDS):
            if isinstance(message, str):
                found.setdefault(message)
            else:
                found.setdefault((message[0], message[1]))
    found.pop("", None)
    return found


def path(language: Language) -> Path:
    """Return where a language's catalogue is."""
    return LOCALE_DIR / CATALOGUES[language] / "LC_MESSAGES" / f"{DOMAIN}.po"


def stored(language: Language) -> Catalog:
    """Return a language's catalogue, or an empty one."""
    if not path(language).exists():
        return Catalog(locale=CATALOGUES[language])
    with path(language).open("rb") as stream:
        return read_po(stream, locale=CATALOGUES[language], domain=DOMAIN)


def complete(string: object) -> bool:
    """Whether a translation, in all its plural forms, says something."""
    return all(string) if isinstance(string, tuple | list) and string else bool(string)


def renew(language: Language) -> int:
    """Write a language's catalogue with just the messages in use; return how many lack a translation."""
    before = stored(language)
    after = Catalog(
        locale=CATALOGUES[language],
        domain=DOMAIN,
        project="netaudit",
        copyright_holder="the netaudit authors",
        header_comment=f"# netaudit: {CATALOGUES[language]}",
        revision_date=before.revision_date,
        creation_date=before.creation_date,
        fuzzy=False,
    )
    empty = 0
    for message in used():
        kept = before.get(message)
        string = message if language == "en" else (kept.string if kept else "")
        if isinstance(message, tuple) and isinstance(string, tuple):
            string = string[: after.num_plurals]
        after.add(message, string or "")
        empty += not complete(string)
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as stream:
        write_po(stream, after, width=120, no_location=True, sort_output=True)
    return empty


def main() -> int:
    """Renew every catalogue."""
    for language in LANGUAGES:
        print(f"{path(language).relative_to(ROOT)}: {renew(language)} without translation")  # noqa: T201 -- a command line
    return 0


if __name__ == "__main__":
    sys.exit(main())
