"""What devices, sheets, file names and arguments say never becomes a terminal's command."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from inventory.model.text import harmless, harmless_json, text

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANYTHING = st.text(st.characters(codec=None))


def acts(character: str) -> bool:
    """Whether a character does something to a terminal, a line or an encoder instead of being read."""
    return character not in "\t\n" and (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in DIRECTIONS
    )


@given(ANYTHING)
def test_nothing_that_acts_is_left_and_nothing_else_is_touched(written: str) -> None:
    shown = harmless(written)
    assert not any(map(acts, shown))
    if not any(map(acts, written)):
        assert shown == written
    assert harmless(shown) == shown


@given(ANYTHING)
def test_a_text_is_harmless_whatever_it_is_told(written: str) -> None:
    assert not any(map(acts, text("{device} read", device=written).render(str)))


@given(ANYTHING)
def test_json_says_the_same_to_a_program(written: str) -> None:
    document = harmless_json(json.dumps({"name": written}, ensure_ascii=False))
    assert not any(map(acts, document))
    document.encode()
    assert json.loads(document) == {"name": written}
