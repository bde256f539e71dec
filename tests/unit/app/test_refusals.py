"""What the libraries refuse is told in the reader's language, with the place, and without the value."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from inventory.model.errors import SettingsError
from netaudit.i18n import translator
from netaudit.refusals import why_toml, why_value
from netaudit.settings import Settings, load

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = translator("zh")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"sweep": {"rate": "fast"}}, "has to be a number"),
        ({"sweep": {"rate": -1}}, "is too small: it has to be more than 0"),
        ({"report": {"window_days": 9999}}, "is too large: it may be 366 at most"),
        ({"report": {"window_days": 1.5}}, "has to be a whole number"),
        ({"sweep": {"nope": 1}}, "is not known here"),
        ({"sweep": 3}, "has to be an object"),
        ({"snmp": {"a": {}}}, "is missing"),
        ({"snmp": {"a": {"version": "9"}}}, "has to be one of '1', '2c', '3'"),
        ({"sweep": {"quiet_hours": "noon"}}, "noon is not a time of day; write it like 08:30-09:30,14:00-15:00"),
        ({"oidc": {"issuer": "x"}}, "x has to begin with https://"),
        ({"log_file": 3}, "has to be text"),
        ({"database": 3}, "has to be text"),
        ({"health": {"public_community": "maybe"}}, "has to be true or false"),
        ({"sweep": {"probes": 3}}, "has to be a list"),
    ],
)
def test_a_value_is_refused_in_both_languages(document: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(document)
    why = why_value(caught.value.errors(include_url=False, include_input=False)[0])
    assert str(why) == says
    assert re.search(r"[\u4e00-\u9fff]", why.render(CHINESE))


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("[sweep\n", "line 1, column 7: a bracket is not closed"),
        ("[[sweep]\n", "line 1, column 8: a bracket is not closed"),
        ("a = [1,", "at the end of the file: something is missing"),
        ("a = [1\nb = 2\n", "line 2, column 1: a bracket is not closed"),
        ("a = {b = 1", "at the end of the file: a bracket is not closed"),
        ("a 1\n", "line 1, column 3: between a key and its value there has to be a ="),
        ("a = 1 2\n", "line 1, column 7: something stands behind the value"),
        (
            "rate = fast\n",
            "line 1, column 8: this is no value: text stands in quotes, and true, false and numbers do not",
        ),
        ('a = "b\n', "line 1, column 7: a quote is not closed"),
        ('a = "b', "at the end of the file: a quote is not closed"),
        ("a = 'b", "at the end of the file: a quote is not closed"),
        ('a = "C:\\dir"\n', "line 1, column 10: text with a backslash stands in single quotes"),
        ("a = 1\na = 2\n", "line 2, column 6: this stands here a second time"),
        ("[a]\n[a]\n", "line 2, column 3: this stands here a second time"),
        ("a = {b = 1, b = 2}\n", "line 1, column 18: this stands here a second time"),
        ("= 1\n", "line 1, column 1: here has to be a key or a [section]"),
        ("[a]\n?\n", "line 2, column 1: here has to be a key or a [section]"),
        ("[]\n", "line 1, column 2: here has to be a key or a [section]"),
        ("a = 2026-02-30\n", "line 1, column 5: this cannot be understood"),
        ("# \x01\n", "line 1, column 3: this cannot be understood"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(document: str, says: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(document)
    why = why_toml(caught.value)
    assert str(why) == says
    assert not re.search(r"[a-z]{4}", why.render(CHINESE).replace("true", "").replace("false", ""))


@given(st.text("[]{}=\"'\\\n#,.ab1 ", max_size=30))
@example('community = "tops3cret\n')
@example("tops3cret\n")
@example("[tops3cret]\n[tops3cret]\n")
def test_no_refusal_repeats_the_file(document: str) -> None:
    said = _refusal(document)
    assert re.fullmatch(r"|(line \d+, column \d+|at the end of the file): [a-z].*", said)
    assert "tops3cret" not in said


def _refusal(document: str) -> str:
    try:
        tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        return str(why_toml(error))
    return ""


def test_the_settings_say_it_with_file_and_key(tmp_path: Path) -> None:
    file = tmp_path / "netaudit.toml"
    file.write_text("[sweep]\nrate = 0\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    assert caught.value.message.render(CHINESE) == f"{file}：sweep.rate：太小，必须大于 0"
