"""The HTTP API as a program uses it: tokens, parts, versions, problems in the asker's language."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from inventory.filing.lifecycle import Refusal
from inventory.model.batch import Batch
from inventory.model.errors import UsageError
from inventory.model.records import PointView
from inventory.model.records import RegistrationState as State
from netaudit.app import accounts, feeds, registration, report, tokens
from netaudit.app.tokens import Scope
from netaudit.settings import Settings
from tests.unit.web.observed import endpoint, sweep
from tests.unit.web.programs import CELLS, READ, Program

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.unit.web.conftest import Portal


@pytest.fixture
def filled(portal: Portal) -> Portal:
    portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    portal.file("S2", "10.0.2.5", "00:e0:fc:00:00:02", State.APPROVED)
    portal.file("S1", "10.0.1.77", "00:e0:fc:00:00:77", State.APPROVED)
    portal.registry.apply(Batch(points=(PointView("P1", "S1", "教学楼"),)))
    sweep(
        portal.registry,
        endpoint("10.0.1.5", "00:e0:fc:00:00:01"),
        endpoint("10.0.1.6", "00:e0:fc:00:00:02"),
        endpoint("10.0.1.7", "00:e0:fc:00:00:03"),
        endpoint("10.0.2.7", "00:e0:fc:00:00:04"),
    )
    return portal


def test_every_answer_is_as_the_description_says(filled: Portal) -> None:
    office = Program(filled, "root")
    described = filled.client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "://" not in json.dumps(described).replace("https://json-schema.org", "")
    Draft202012Validator.check_schema({"$defs": described["components"]["schemas"]})
    assert len(described["paths"]) >= 9
    for path, operations in described["paths"].items():
        if "get" not in operations:
            continue
        where = path.removeprefix("/api/v1").format(unit="S1", registration=1, sweep=1)
        answer = office.get(where)
        shape = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {**described, **shape}
        validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema"})(whole).validate(answer)
        if "items" in answer:
            assert answer["items"], path


def test_objects_are_those_of_the_command_line(filled: Portal) -> None:
    office = Program(filled, "root")
    registry, settings = filled.registry, Settings()
    listed = report.endpoints(registry, settings, report.Question(), only_unregistered=False)
    assert office.get("/endpoints")["items"] == listed.data
    cases = registration.list_(registry, settings.filing, unit="S1")
    assert office.get("/registrations", unit="S1")["items"] == cases.data
    assert office.get("/sweeps/1") == report.sweeps(registry, settings, report.Question(sweep=1)).data
    shown = registration.show(registry, settings.filing, "1")
    assert office.get("/registrations/1") == shown.data


@pytest.mark.parametrize(
    ("path", "key"),
    [("/units", "code"), ("/endpoints", "ip"), ("/registrations", "id"), ("/findings", None), ("/sweeps", "sweep")],
)
def test_parts_joined_are_the_whole(filled: Portal, path: str, key: str | None) -> None:
    sweep(filled.registry, endpoint("10.0.1.5", "00:e0:fc:00:00:01"))
    office = Program(filled, "root")
    whole = office.get(path)
    assert whole["next"] is None
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(10):
        part = office.get(path, limit=1) if cursor is None else office.get(path, limit=1, cursor=cursor)
        found += part["items"]
        cursor = part["next"]
        if cursor is None:
            break
    assert found == whole["items"]
    assert len(found) > 1
    if key is not None:
        assert len({item[key] for item in found}) == len(found)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "bnVsbA==", "WyJ1bml0cyJd", feeds.cursor("points", ("a",)), feeds.cursor("units", (1,)), "[" * 900, "é"],
)
def test_a_cursor_that_is_none_is_told(filled: Portal, cursor: str) -> None:
    done = Program(filled, "root").ask("GET", "/units", params={"cursor": cursor})
    assert done.status_code == 400
    assert done.json()["type"] == "urn:netaudit:invalid"


def test_listings_are_narrowed(filled: Portal) -> None:
    office = Program(filled, "root")
    assert [item["ip"] for item in office.get("/endpoints", unit="S2")["items"]] == ["10.0.2.7"]
    assert [item["ip"] for item in office.get("/endpoints", address="00E0.FC00.0003")["items"]] == ["10.0.1.7"]
    assert [item["ip"] for item in office.get("/endpoints", address="10.0.1.7")["items"]] == ["10.0.1.7"]
    assert [item["status"] for item in office.get("/endpoints", status="registered")["items"]] == ["registered"]
    assert office.get("/endpoints", plane="other")["items"] == office.get("/endpoints", verdict="exact")["items"] == []
    assert {item["kind"] for item in office.get("/findings")["items"]} == {"unregistered", "mismatch", "not_assessed"}
    assert [item["unit"] for item in office.get("/findings", kind="not_assessed")["items"]] == ["S1"]
    assert [item["id"] for item in office.get("/registrations", address="10.0.2.5")["items"]] == [2]
    assert [item["id"] for item in office.get("/registrations", unit="S1")["items"]] == [1, 3]
    assert office.get("/registrations", state=["draft", "returned"])["items"] == []
    unknown = office.ask("GET", "/endpoints", params={"unit": "nowhere"})
    assert (unknown.status_code, unknown.json()["detail"]) == (400, "There is no unit nowhere.")


def test_a_contact_gets_own_units_only(filled: Portal) -> None:
    contact = Program(filled, "li")
    assert [item["code"] for item in contact.get("/units")["items"]] == ["S1"]
    assert {item["unit"] for item in contact.get("/endpoints")["items"]} == {"S1"}
    assert {item["unit"] for item in contact.get("/registrations")["items"]} == {"S1"}
    [other] = contact.get("/findings", kind="mismatch")["items"]
    assert (other["unit"], other["registration"], other["because"]) == ("S1", None, None)
    for path in ("/units/S2", "/endpoints?unit=S2", "/findings?unit=S2", "/registrations?unit=S2", "/registrations/2"):
        assert contact.ask("GET", path).status_code == 403, path
    for path in ("/sweeps", "/sweeps/1"):
        assert contact.ask("GET", path).status_code == 403
    bound = Program(filled, "root", units=["S2"])
    assert [item["code"] for item in bound.get("/units")["items"]] == ["S2"]
    assert bound.ask("GET", "/registrations/1").status_code == 403
    assert bound.ask("GET", "/sweeps").status_code == 403


def test_a_token_lets_through_what_its_scopes_say_and_for_as_long(filled: Portal) -> None:
    program = Program(filled, "root", [Scope.READ_UNITS], days=1)
    assert program.get("/units")
    denied = program.ask("GET", "/points")
    assert (denied.status_code, denied.json()["type"]) == (403, "urn:netaudit:forbidden")
    assert "read:points" in denied.json()["detail"]
    [view] = filled.registry.gate.tokens()
    assert view.last_used_at is not None
    assert filled.registry.gate.held(accounts.digest_of(program.token), "token", view.expires_at) is not None
    late = view.expires_at + timedelta(seconds=1)
    assert filled.registry.gate.held(accounts.digest_of(program.token), "token", late) is None
    tokens.revoke(filled.registry, view.name, actor="root")
    done = program.ask("GET", "/units")
    assert (done.status_code, done.headers["www-authenticate"]) == (401, 'Bearer realm="netaudit"')
    assert [entry.action for entry in filled.registry.gate.log(newest=2)] == ["revoke_token", "give_token"]
    assert program.token not in repr(filled.registry.gate.log())


def test_a_session_opens_no_api_and_a_token_no_page(filled: Portal) -> None:
    filled.become("root")
    assert filled.client.get("/api/v1/units").status_code == 401
    program = Program(filled, "root")
    done = filled.client.get("/office", headers={"Authorization": f"Bearer {program.token}"})
    assert done.headers["location"].startswith("/login")
    for odd in ("Basic cm9vdDpyb290", "Bearer", "Bearer ", "Bearer x", f"Token {program.token}"):
        assert filled.client.get("/api/v1/units", headers={"Authorization": odd}).status_code == 401


@pytest.mark.parametrize(
    ("name", "scopes", "units", "days"),
    [
        ("auditor", [Scope.WRITE_REGISTRATIONS], None, 1),
        ("auditor", [Scope.REVEAL_PHONES], None, 1),
        ("auditor", [Scope.REVIEW_REGISTRATIONS], None, 1),
        ("li", [Scope.REVIEW_REGISTRATIONS], None, 1),
        ("mover", [Scope.REVEAL_PHONES], None, 1),
        ("li", READ, ["S2"], 1),
        ("root", READ, ["nowhere"], 1),
        ("root", [], None, 1),
        ("root", READ, None, 0),
        ("nobody", READ, None, 1),
    ],
)
def test_a_token_that_cannot_be_given(
    portal: Portal, name: str, scopes: Collection[Scope], units: list[str] | None, days: int
) -> None:
    with pytest.raises(UsageError):
        tokens.give(portal.registry, name, "x", scopes, units=units, days=days, actor="root")
    assert portal.registry.gate.tokens() == ()
    assert isinstance(portal.registry.gate.revoke_token("nothing", "root", accounts.moment()), Refusal)


def test_phone_numbers_in_full_are_asked_for_allowed_and_logged(filled: Portal) -> None:
    plain = Program(filled, "root", READ)
    assert plain.get("/registrations/1")["phone"] == "138****1234"
    assert plain.ask("GET", "/registrations/1", params={"reveal": "true"}).status_code == 403
    office = Program(filled, "root")
    assert office.get("/registrations/1")["phone"] == "138****1234"
    assert office.get("/registrations/1", reveal=True)["phone"] == "13800001234"
    assert {item["phone"] for item in office.get("/registrations", reveal=True, unit="S1")["items"]} == {"13800001234"}
    listed, one = filled.registry.gate.log(newest=2)
    assert (one.action, one.subject) == ("reveal_phones", "registration 1")
    assert (listed.subject, listed.detail) == ("registrations", {"registrations": [1, 3]})
    [view] = [token for token in filled.registry.gate.tokens() if Scope.REVEAL_PHONES in token.scopes]
    assert one.actor == f"root#{view.name}"


def test_a_program_files_changes_and_is_told_when_somebody_was_quicker(portal: Portal) -> None:
    program = Program(portal, "li")
    made = program.ask("POST", "/units/S1/registrations", json={"cells": CELLS})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/registrations/1"
    tag = made.headers["etag"]
    assert made.json()["state"] == "submitted"
    assert made.json()["phone"] == "138****1234"
    again = program.ask("POST", "/units/S1/registrations", json={"cells": CELLS})
    assert (again.status_code, again.json()["errors"][0]["where"]) == (422, "cells.mac")
    office = portal.become("reviewer")
    returned = {"csrf": office, "action": "return", "chosen": [1], "reason": "写明楼层"}
    assert portal.client.post("/office/review", data=returned).status_code == 200
    portal.client.cookies.clear()
    change = {"cells": {"location": "3 楼 301"}}
    assert program.ask("PATCH", "/registrations/1", json=change).status_code == 428
    for odd in ("*", "1", '"0"', 'W/"1"', '"99999999999999999999"'):
        assert program.ask("PATCH", "/registrations/1", json=change, headers={"If-Match": odd}).status_code == 412
    stale = program.ask("PATCH", "/registrations/1", "zh-CN", json=change, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:netaudit:stale")
    now = program.ask("GET", "/registrations/1")
    assert now.json()["reason"] == "写明楼层"
    changed = program.ask("PATCH", "/registrations/1", json=change, headers={"If-Match": now.headers["etag"]})
    assert (changed.status_code, changed.json()["location"]) == (200, "3 楼 301")
    sent = program.ask("POST", "/registrations/1/submit", headers={"If-Match": changed.headers["etag"]})
    assert (sent.status_code, sent.json()["state"]) == (200, "submitted")
    twice = program.ask("POST", "/registrations/1/submit", headers={"If-Match": sent.headers["etag"]})
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:netaudit:conflict")
    [name] = {view.name for view in portal.registry.gate.tokens()}
    assert f"li#{name}" in {entry.actor for entry in portal.registry.gate.log()}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"cells": {**CELLS, "ip": "10.9.9.9"}}, "cells.ip"),
        ({"cells": {**CELLS, "mac": "x"}}, "cells.mac"),
        ({"cells": {**CELLS, "phone": ""}}, "cells.phone"),
        ({"cells": {**CELLS, "colour": "red"}}, "cells.colour"),
        ({"cells": {}}, "body.cells"),
        ({"cells": {"ip": 5}}, "body.cells.ip"),
        ({"cells": {"ip": "1" * 501}}, "body.cells.ip"),
        ({"sells": {}}, "body.cells"),
        ([], "body"),
    ],
)
def test_what_is_wrong_is_told_where_and_in_the_askers_language(portal: Portal, body: object, where: str) -> None:
    program = Program(portal, "li")
    for language, title in (("en", "A value is not valid"), ("zh-CN", "有值无效")):
        done = program.ask("POST", "/units/S1/registrations", language, json=body)
        assert done.status_code == 422
        told = done.json()
        assert told["title"] == title
        assert where in {error["where"] for error in told["errors"]}
        assert done.headers["content-type"] == "application/problem+json"
        assert done.headers["content-language"] == {"en": "en", "zh-CN": "zh-CN"}[language]
    assert portal.registry.desk.cases() == ()


def test_what_is_not_there_is_told_as_a_problem(portal: Portal) -> None:
    program = Program(portal, "root")
    for path in ("/nothing", "/units/nowhere", "/registrations/99", "/sweeps/99", "/registrations/x", "/sweeps/0"):
        done = program.ask("GET", path)
        assert done.status_code in {404, 422}, path
        assert done.json()["status"] == done.status_code
    assert program.ask("DELETE", "/units").status_code == 405
