"""Access tokens, signed with a key that all backends share."""

import time
from dataclasses import dataclass
from typing import get_args
from uuid import uuid4

import jwt

from app.auth.schemas import AccessToken, Account, Role

_ISSUER = "trials"
_AUDIENCE = "trials-api"
_LIFETIME_SECONDS = 15 * 60
_SKEW_SECONDS = 30


@dataclass(frozen=True)
class Principal:
    """Who a valid token speaks for."""

    user_id: str
    role: Role


class Tokens:
    """Issues and checks tokens. The key decides the algorithm, never the token."""

    def __init__(self, key: str, key_id: str) -> None:
        self._key = key
        self._key_id = key_id

    def issue(self, account: Account) -> AccessToken:
        now = int(time.time())
        claims = {
            "role": account.role,
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": account.user_id,
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + _LIFETIME_SECONDS,
        }
        token = jwt.encode(claims, self._key, algorithm="HS256", headers={"kid": self._key_id})
        return AccessToken(access_token=token, token_type="Bearer", expires_in=_LIFETIME_SECONDS)

    def verify(self, token: str) -> Principal | None:
        """The principal of a token that is ours, whole and not expired."""
        try:
            decoded = jwt.decode_complete(
                token,
                self._key,
                algorithms=["HS256"],
                issuer=_ISSUER,
                audience=_AUDIENCE,
                leeway=_SKEW_SECONDS,
                options={"require": ["sub", "jti", "iat", "exp", "iss", "aud"], "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        role = next((known for known in get_args(Role) if known == decoded["payload"].get("role")), None)
        if decoded["header"].get("kid") != self._key_id or role is None:
            return None
        return Principal(user_id=str(decoded["payload"]["sub"]), role=role)
