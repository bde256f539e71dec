"""The reader's language: which one, and its catalogue.

English source texts are the message ids. Catalogues live in ``locale/<language>/LC_MESSAGES/netaudit.po`` and are
compiled to ``.mo`` when the package is built or installed from a checkout.
"""

from __future__ import annotations

import gettext as gettext_module
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from inventory.model.text import Text, harmless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.text import Gettext

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
DOMAIN: Final = "netaudit"
LOCALE_DIR: Final = Path(__file__).parent / "locale"
CATALOGUES: Final[Mapping[Language, str]] = {"en": "en", "zh": "zh_CN"}


def language_from_environment(environ: Mapping[str, str]) -> Language:
    """Return the language the locale asks for: LC_ALL, LC_MESSAGES, LANG, in that order; English otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def language_from_arguments(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """Return the language of ``--lang`` on a command line, before click has parsed it: help texts need it first."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.partition("=")[2]
        else:
            continue
        for language in LANGUAGES:
            if wanted == language:
                return language
    return language_from_environment(environ)


@cache
def translations(language: Language) -> gettext_module.NullTranslations:
    """Load a language's compiled catalogue; without one, texts stay in English."""
    return gettext_module.translation(DOMAIN, LOCALE_DIR, [CATALOGUES[language]], fallback=True)


def translator(language: Language) -> Gettext:
    """Return the ``gettext`` function of a language; an empty message stays empty."""
    catalogue = translations(language)
    return lambda message: catalogue.gettext(message) if message else ""


_active: list[Language] = ["en"]


def activate(language: Language) -> None:
    """Make ``language`` the one of this process's command line, click's own messages included."""
    _active[0] = language
    # click looks up its own messages in the process-wide default domain.
    os.environ["LANGUAGE"] = CATALOGUES[language]
    gettext_module.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gettext_module.textdomain(DOMAIN)


def active_language() -> Language:
    """Return the command line's language."""
    return _active[0]


def _(message: str) -> str:
    """Translate into the command line's language."""
    return translations(_active[0]).gettext(message) if message else ""


def show(message: Text | str) -> str:
    """Render a text in the command line's language, harmless to the terminal it is shown on."""
    return message.render(_) if isinstance(message, Text) else harmless(message)
