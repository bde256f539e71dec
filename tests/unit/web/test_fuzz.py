"""Whatever is sent, netaudit answers it: the API as its description allows and forbids, pages by every field they have.

The examples are the same in every run (derandomised); ``make fuzz`` asks for many more.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from inventory.model.records import RegistrationState as State
from tests.unit.web.classified import API, NAMED, OPEN, PAGES, address, routes
from tests.unit.web.observed import endpoint, sweep
from tests.unit.web.programs import Program

if TYPE_CHECKING:
    from fastapi import FastAPI
    from schemathesis import BaseSchema, Case

    from tests.unit.web.conftest import Portal

EXAMPLES = int(os.environ.get("NETAUDIT_FUZZ_EXAMPLES", "12"))
bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def filled(shared: Portal) -> Portal:
    """A portal that has something of everything."""
    shared.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    shared.file("S1", "10.0.1.6", "00:e0:fc:00:00:02", State.DRAFT)
    sweep(shared.registry, endpoint("10.0.1.5", "00:e0:fc:00:00:01"), endpoint("10.0.1.7", "00:e0:fc:00:00:03"))
    return shared


@pytest.fixture(scope="module")
def program(filled: Portal) -> Program:
    return Program(filled, "root")


@pytest.fixture(scope="module")
def schema(filled: Portal) -> BaseSchema:
    app: Any = filled.client.app
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("line", API)
def test_the_api_answers_whatever_is_asked(
    program: Program, schema: BaseSchema, line: str, mode: GenerationMode
) -> None:
    method, _, path = line.partition(" ")
    operation = schema[path][method]

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {program.token}"},
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    ask()


NASTY = (
    "", " ", "0", "-1", "1.5", "1e9", "٣", "②", "9" * 5000, "9223372036854775808", "None", "null", "NaN", "true",
    "\x00", "a\x00b", "\u202e\u2066evil", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "../../etc/passwd", "%00", "%2e%2e%2f", "'; DROP TABLE units; --", "{{7*7}}", "${7*7}", "=1+1", "<script>",
    "\r\nSet-Cookie: a=b", "|", "public|10.0.1.7|00:e0:fc:00:00:03", "public|x|y", "||", "10.0.1.9", "::1",
    "255.255.255.255/33", "00:e0:fc:00:00:09", "2026-02-30", "中" * 40_000, "a" * 1_000_000,
)  # fmt: skip
values = st.sampled_from(NASTY) | st.text(max_size=40)
short = st.sampled_from([value for value in NASTY if len(value) < 6000]) | st.text(max_size=40)


def fields_of(app: FastAPI, line: str) -> list[str]:
    """Return the names of query and form fields a route declares, and those its templates send."""
    route = routes(app)[line]
    declared = [field.alias for field in (*route.dependant.query_params, *route.dependant.body_params)]
    return [*declared, *WRITTEN]


WRITTEN = (
    "rows", "version", "reason", "back", "ip", "mac", "plane", "point", "person", "phone", "device_type", "location",
    "internet", "ip.0", "mac.0", "person.0", "key.0", "phone.all", "in_service_since", "account_from", "account_to",
    "email", "note",
)  # fmt: skip


@pytest.mark.parametrize("line", [line for line in (*PAGES, *sorted(OPEN)) if line != "POST /logout"])
def test_a_page_answers_whatever_is_sent(filled: Portal, line: str) -> None:
    app: Any = filled.client.app
    names, method = fields_of(app, line), line.split(maxsplit=1)[0]
    placeholders = re.findall(r"{(\w+)}", line)
    csrf = filled.become(None if line in OPEN else "root")

    @bounded
    @given(
        named=st.fixed_dictionaries({name: st.just(NAMED[name]) | short for name in placeholders}),
        sent=st.dictionaries(st.sampled_from(names) | short, values, max_size=8),
    )
    def ask(named: dict[str, str], sent: dict[str, str]) -> None:
        where = address(line, **{name: quoted(value) for name, value in named.items()})
        form = {"rows": "1", **sent, "csrf": csrf} if method == "POST" else None
        query = {key: value[:5000] for key, value in sent.items()} if method == "GET" else None
        done = filled.client.request(method, where, params=query, data=form)
        assert done.status_code < 500, (done.status_code, done.text[:2000])
        assert "\n" not in done.headers.get("location", "")

    ask()


HARD = (
    "", "-1", "²", "②", "٣", "9" * 5000, "9223372036854775808", "\x00", "\u202e", "\ufffd", "\U0010ffff",
    "||", "a" * 1_000_000,
)  # fmt: skip


@pytest.mark.parametrize("line", [line for line in (*PAGES, *sorted(OPEN)) if line != "POST /logout"])
def test_a_page_answers_what_is_hard_in_every_field(filled: Portal, line: str) -> None:
    app: Any = filled.client.app
    names, method = fields_of(app, line), line.split(maxsplit=1)[0]
    csrf = filled.become(None if line in OPEN else "root")
    for value in HARD:
        everything = dict.fromkeys(names, value)
        form = {**everything, "csrf": csrf} if method == "POST" else None
        asked = names[: -len(WRITTEN)]
        query = dict.fromkeys(asked, value[:5000]) if method == "GET" else None
        for where in (address(line), address(line, **dict.fromkeys(NAMED, quoted(value[:2000])))):
            done = filled.client.request(method, where, params=query, data=form)
            assert done.status_code < 500, (where, value[:20])


def quoted(value: str) -> str:
    """Return a value as one part of a path."""
    return "".join(f"%{byte:02X}" for byte in value.encode("utf-8", "replace")) or "%20"
