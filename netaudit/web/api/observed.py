"""What was seen: endpoints, what differs from the filings, and the sweeps it rests on."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from inventory.model.errors import UsageError
from inventory.model.location import Verdict
from inventory.model.observation import Status
from netaudit.app import feed_sweeps, feeds
from netaudit.web.access import EndpointReader, FindingReader, SweepReader
from netaudit.web.api.asking import LARGEST_ID, Address, Part, Unit
from netaudit.web.api.description import PREFIX, answers, sent
from netaudit.web.state import state_of

router = APIRouter(prefix=PREFIX, tags=["observed"])
Kind = Literal["unregistered", "mismatch", "not_seen", "not_assessed"]


@router.get("/endpoints", responses=answers("endpointPart"))
def endpoints(
    request: Request,
    visitor: EndpointReader,
    part: Part,
    unit: Unit = None,
    status: Annotated[Status | None, Query()] = None,
    verdict: Annotated[Verdict | None, Query()] = None,
    plane: Annotated[str | None, Query(max_length=100)] = None,
    address: Address = None,
) -> Response:
    """List the endpoints that are known now, by plane and address."""
    state = state_of(request)
    wanted = feeds.Wanted(unit, status, verdict, plane, address)
    return sent(
        feeds.endpoints(state.registry, state.known.get().compared, visitor.actor, part, wanted).observed_document()
    )


@router.get("/findings", responses=answers("findingPart"))
def findings(
    request: Request,
    visitor: FindingReader,
    part: Part,
    unit: Unit = None,
    kind: Annotated[Kind | None, Query()] = None,
) -> Response:
    """List what differs between what was seen and what is filed, by unit."""
    state = state_of(request)
    found = feeds.findings(state.registry, state.known.get().compared, visitor.actor, part, unit=unit, kind=kind)
    return sent(found.observed_document())


@router.get("/sweeps", responses=answers("sweepPart"))
def sweeps(request: Request, _visitor: SweepReader, part: Part) -> Response:
    """List sweeps, newest first."""
    return sent(feed_sweeps.sweeps(state_of(request).registry, part).document())


@router.get("/sweeps/{sweep}", responses=answers("sweep", missing=True))
def sweep(request: Request, _visitor: SweepReader, sweep: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> Response:
    """Tell how one sweep went, as report sweep does."""
    state = state_of(request)
    try:
        return sent(feed_sweeps.sweep(state.registry, state.settings, sweep))
    except UsageError:
        raise HTTPException(404) from None
