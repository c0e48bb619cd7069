"""Whether the service is alive and ready."""

from typing import Literal

from pydantic import Field

from app.schemas import Answer


class Live(Answer):
    """The process answers."""

    status: Literal["up"]


class Check(Answer):
    """How one dependency answered."""

    status: Literal["up", "down"]
    latency_ms: int


class Checks(Answer):
    """All dependencies."""

    mongo: Check
    neo4j: Check = Field(alias="neo4j")
    cache: Check


class Readiness(Answer):
    """The service is down without a required dependency and degraded without the cache."""

    status: Literal["up", "degraded", "down"]
    checks: Checks
