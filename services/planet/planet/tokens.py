"""Checks the access tokens that the backends issue."""

import jwt

_ISSUER = "trials"
_AUDIENCE = "trials-api"
_SKEW_SECONDS = 30
_ROLES = ("viewer", "analyst", "editor", "admin")


class TokenVerifier:
    """Knows one key; the key decides the algorithm, never the token."""

    def __init__(self, key: str, key_id: str) -> None:
        self._key = key
        self._key_id = key_id

    def accepts(self, token: str) -> bool:
        """Whether the token is the backends', whole and not expired."""
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
            return False
        return decoded["header"].get("kid") == self._key_id and decoded["payload"].get("role") in _ROLES
