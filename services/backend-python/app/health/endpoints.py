"""/health."""

from fastapi import APIRouter, Response

from app.dependencies import MetricsDep, ProbesDep
from app.health.schemas import Live, Readiness
from app.health.service import check_readiness
from app.responses import json_response

router = APIRouter(prefix="/health", tags=["health"])


@router.get(
    "/live",
    operation_id="getLive",
    summary="Whether the process answers; no dependency is touched",
    response_model=Live,
)
async def get_live() -> Response:
    return json_response(Live(status="up").json_text())


@router.get(
    "/ready",
    operation_id="getReady",
    summary="Whether the dependencies answer; only a required one that is down makes it 503",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "A dependency is down"}},
)
async def get_ready(probes: ProbesDep, metrics: MetricsDep) -> Response:
    readiness = await check_readiness(probes)
    metrics.note_dependencies(readiness)
    return json_response(readiness.json_text(), 503 if readiness.status == "down" else 200)
