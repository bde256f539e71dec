"""The API's description of itself (OpenAPI 3.1), and how its answers are sent."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

import netaudit
from inventory.model.text import harmless_json
from netaudit.web.access import Access, Anyone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

PREFIX: Final = "/api/v1"
router = APIRouter(prefix=PREFIX, include_in_schema=False)
_MEDIA: Final = "application/json"
_ABOUT: Final = (
    "Units, points, endpoints, findings, registrations and sweeps for other programs of the district. Every request"
    " carries a token (netaudit account token add); a token has scopes, may be bound to units, and ends."
    " Listings come in parts: ask again with the cursor in next until it is null."
)


def sent(item: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an object as JSON, legible Chinese, nothing that a terminal would obey."""
    content = harmless_json(json.dumps(item, ensure_ascii=False, separators=(",", ":")))
    return Response(content, status, headers, media_type=_MEDIA)


def answers(
    shape: str, *, status: int = 200, missing: bool = False, versioned: bool = False, cached: bool = False
) -> dict[int | str, dict[str, Any]]:
    """Return what a route answers, for its description.

    Args:
        shape: the name of the shape of the answer.
        status: where all is well.
        missing: whether what the path names may not be there.
        versioned: whether the request names a version.
        cached: whether it may name the versions that the asker has.
    """
    refusals = {400, 401, 403, 422, 429, 503}
    refusals |= {404} if missing else set()
    refusals |= {404, 409} if status != 200 else set()  # noqa: PLR2004 -- OK
    refusals |= {409, 412, 428} if versioned else set()
    good = {"description": "The answer.", "content": {_MEDIA: {"schema": _ref(shape)}}}
    bad = {"application/problem+json": {"schema": _ref("problem")}}
    same: dict[int | str, dict[str, Any]] = {304: {"description": "It is the version the asker has."}} if cached else {}
    return {
        status: good,
        **same,
        **{refusal: {"description": _WHY[refusal], "content": bad} for refusal in sorted(refusals)},
    }


_WHY: Final = {
    400: "The request cannot be understood.",
    401: "No valid token.",
    403: "Scope, role or unit do not allow it.",
    404: "There is no such thing.",
    409: "It cannot be done now; detail says why.",
    412: "Somebody changed it meanwhile.",
    422: "A value is not valid; errors says which.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to come again.",
    503: "The registry is busy.",
}


def _ref(shape: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape}"}


@cache
def _shapes() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("shapes.json").read_text(encoding="utf-8"))
    return loaded


def described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document."""
    document = get_openapi(
        title="netaudit",
        version=netaudit.__version__,
        description=_ABOUT,
        routes=[route for route in app.routes if isinstance(route, APIRoute) and route.path.startswith(PREFIX)],
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= _shapes()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "netaudit account token add"}
    }
    for route in app.routes:
        if isinstance(route, APIRoute) and route.path in document["paths"]:
            _secure(document["paths"][route.path], route)
    return document


def _secure(path: dict[str, Any], route: APIRoute) -> None:
    scopes = [d.call.scope for d in route.dependant.dependencies if isinstance(d.call, Access) and d.call.scope]
    for method in route.methods or ():
        operation = path[method.lower()]
        operation["security"] = [{"token": [scope.value for scope in scopes]}]
        operation["description"] = f"{operation.get('description', '')}\n\nScope: {', '.join(scopes)}".strip()


@router.get("/openapi.json")
def openapi(request: Request, _access: Anyone) -> Response:
    """Describe the API; the description is no secret and needs no token."""
    app: FastAPI = request.app
    if app.openapi_schema is None:
        app.openapi_schema = described(app)
    return sent(app.openapi_schema)
