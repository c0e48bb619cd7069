"""Holds back the guessing of passwords: five failures a minute for an account from an address."""

import hashlib

from redis.asyncio import Redis

from app.auth.repository import normalise_email
from app.cache import CacheError
from app.errors import Problem

_ATTEMPTS = 5
_WINDOW_SECONDS = 60


class LoginLimit:
    """Counts attempts in the cache."""

    def __init__(self, cache: Redis, prefix: str) -> None:
        self._cache = cache
        self._prefix = prefix

    async def count(self, email: str, address: str) -> None:
        """Counts an attempt. Without the counter nobody logs in: unlimited guessing is worse than a pause."""
        key = self._key(email, address)
        try:
            async with self._cache.pipeline(transaction=True) as pipeline:
                pipeline.set(key, 0, ex=_WINDOW_SECONDS, nx=True)
                pipeline.incr(key)
                pipeline.ttl(key)
                _, count, seconds_left = await pipeline.execute()
        except CacheError as error:
            raise Problem(
                "dependency-down",
                "Nobody can log in while the cache is down.",
                headers={"retry-after": "5"},
            ) from error
        if count > _ATTEMPTS:
            raise Problem(
                "rate-limited",
                "There were too many attempts to log in; try again later.",
                headers={"retry-after": str(max(1, seconds_left))},
            )

    async def forgive(self, email: str, address: str) -> None:
        """A success forgives the failures before it."""
        try:
            await self._cache.delete(self._key(email, address))
        except CacheError:
            return

    def _key(self, email: str, address: str) -> str:
        digest = hashlib.sha256(f"{normalise_email(email)}\n{address}".encode()).hexdigest()
        return f"{self._prefix}rl:login:{digest}"
