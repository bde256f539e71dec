"""Units and points."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from inventory.model.errors import UsageError
from inventory.model.records import PointStatus, Tier, UnitType
from netaudit.app import feeds
from netaudit.web.access import PointReader, UnitReader
from netaudit.web.api.asking import Part, Unit
from netaudit.web.api.description import PREFIX, answers, sent
from netaudit.web.state import state_of

router = APIRouter(prefix=PREFIX, tags=["records"])


@router.get("/units", responses=answers("unitPart"))
def units(
    request: Request,
    visitor: UnitReader,
    part: Part,
    tier: Annotated[Tier | None, Query()] = None,
    type: Annotated[UnitType | None, Query()] = None,  # noqa: A002 -- the field's name
) -> Response:
    """List units by code."""
    return sent(feeds.units(state_of(request).registry, visitor.actor, part, tier=tier, kind=type).document())


@router.get("/units/{unit}", responses=answers("unit", missing=True))
def unit(request: Request, _visitor: UnitReader, unit: str) -> Response:
    """Show one unit."""
    try:
        return sent(feeds.unit(state_of(request).registry, unit))
    except UsageError:
        raise HTTPException(404) from None


@router.get("/points", responses=answers("pointPart"))
def points(
    request: Request,
    visitor: PointReader,
    part: Part,
    unit: Unit = None,
    status: Annotated[PointStatus | None, Query()] = None,
) -> Response:
    """List points by code."""
    registry = state_of(request).registry
    return sent(feeds.points(registry, visitor.actor, part, unit=unit, status=status).document())
