"""English and Chinese are equal: every text is in both catalogues, complete and with the same placeholders."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest

from netaudit.i18n import LANGUAGES, Language, translations
from tests.project.catalogues import complete, stored, used

if TYPE_CHECKING:
    from collections.abc import Iterator

ENOUGH_LETTERS = 5
"""A shorter message may be the same in both languages: IP, MAC, VLAN, NAT."""


def pairs(language: Language) -> Iterator[tuple[str, str]]:
    """Yield every message with its translation; plurals form by form."""
    for entry in stored(language):
        if isinstance(entry.id, str):
            if entry.id:
                yield entry.id, str(entry.string)
        else:
            forms = tuple(entry.string or ())
            ids = entry.id if len(forms) > 1 else entry.id[-1:]
            yield from zip(map(str, ids), map(str, forms), strict=True)


def placeholders(message: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: Language) -> None:
    catalogue = stored(language)
    entries = {message: catalogue.get(message) for message in used()}
    done = {message for message, entry in entries.items() if entry and complete(entry.string) and not entry.fuzzy}
    missing = [message for message in entries if message not in done]
    assert missing == [], "run: make catalogues, then translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: Language) -> None:
    known = used()
    assert [entry.id for entry in stored(language) if entry.id and entry.id not in known] == [], "run: make catalogues"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language: Language) -> None:
    named = [(id_, said) for id_, said in pairs(language) if "%" not in id_]
    different = [(id_, said) for id_, said in named if placeholders(id_) != placeholders(said)]
    assert different == []


def test_chinese_is_chinese() -> None:
    long = [(id_, said) for id_, said in pairs("zh") if sum(letter.isalpha() for letter in id_) >= ENOUGH_LETTERS]
    assert [id_ for id_, said in long if id_ == said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_current(language: Language) -> None:
    compiled = translations(language)
    stale = [
        entry.id
        for entry in stored(language)
        if isinstance(entry.id, str) and entry.id and compiled.gettext(entry.id) != entry.string
    ]
    assert stale == [], "run: make setup"
