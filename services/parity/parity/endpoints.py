"""Names the endpoint of a path, so that an identifier never becomes the name of a counter."""

import re

_ENDPOINTS = (
    "/v1/auth/me",
    "/v1/companies",
    "/v1/companies/{companyId}",
    "/v1/companies/{companyId}/trials",
    "/v1/trials",
    "/v1/trials/{nctId}",
)
OTHER = "other"

_PATTERNS = tuple((name, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", name) + "/?")) for name in _ENDPOINTS)


def endpoint_of(path: str) -> str:
    """`/v1/trials/NCT00000102` -> `/v1/trials/{nctId}`."""
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(path)), OTHER)
