"""What endpoints are given."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.auth.service import AuthService, unauthorized
from app.auth.tokens import Principal, Tokens
from app.companies.service import CompanyService
from app.health.service import Probes
from app.metrics import Metrics
from app.trials.service import TrialService


@dataclass(frozen=True)
class Services:
    """Everything that lives as long as the process."""

    auth: AuthService
    tokens: Tokens
    companies: CompanyService
    trials: TrialService
    probes: Probes


def _services(request: Request) -> Services:
    services: Services = request.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


def _auth(services: ServicesDep) -> AuthService:
    return services.auth


def _companies(services: ServicesDep) -> CompanyService:
    return services.companies


def _trials(services: ServicesDep) -> TrialService:
    return services.trials


def _probes(services: ServicesDep) -> Probes:
    return services.probes


def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.state.metrics
    return metrics


def require_principal(request: Request, services: ServicesDep) -> Principal:
    """Demands a valid bearer token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    principal = services.tokens.verify(token.strip()) if scheme.lower() == "bearer" else None
    if principal is None:
        raise unauthorized("A valid bearer token is needed.")
    return principal


AuthDep = Annotated[AuthService, Depends(_auth)]
CompaniesDep = Annotated[CompanyService, Depends(_companies)]
TrialsDep = Annotated[TrialService, Depends(_trials)]
ProbesDep = Annotated[Probes, Depends(_probes)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
PrincipalDep = Annotated[Principal, Depends(require_principal)]
