"""The cache: answers from memory where it can. A cache that is down makes answers slower, never wrong."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, Protocol

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_CONNECT_SECONDS = 2.0
_COMMAND_SECONDS = 0.5
_LIST_SECONDS = 60
_ITEM_SECONDS = 600

CacheError = (RedisError, OSError)


class JsonModel(Protocol):
    """What can be cached: anything that writes itself as JSON."""

    def json_text(self) -> str: ...


def open_cache(url: str) -> "Redis":
    """A client that connects when it is first used and gives up soon."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=_COMMAND_SECONDS,
        socket_connect_timeout=_CONNECT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


class ReadThrough:
    """Keeps answers as JSON text under the keys of the contract."""

    def __init__(self, cache: "Redis", prefix: str) -> None:
        self._cache = cache
        self._prefix = prefix

    async def item(self, key: str, load: Callable[[], Awaitable[JsonModel | None]]) -> str | None:
        """One item; an absent one is not remembered."""
        return await self._through(f"{self._prefix}{key}", _ITEM_SECONDS, load)

    async def list(
        self,
        generation: Literal["trials", "companies"],
        query: Mapping[str, object],
        load: Callable[[], Awaitable[JsonModel]],
    ) -> str:
        """A list. Its key holds the generation of the data, so that a load of new data shows at once."""
        try:
            number = await self._cache.get(f"{self._prefix}gen:{generation}")
        except CacheError:
            return (await load()).json_text()
        key = f"{self._prefix}list:{query_hash({**query, 'generation': number or '0'})}"
        body = await self._through(key, _LIST_SECONDS, load)
        assert body is not None
        return body

    async def _through(
        self, key: str, seconds: int, load: Callable[[], Awaitable[JsonModel | None]]
    ) -> str | None:
        try:
            known = await self._cache.get(key)
            cache_is_up = True
        except CacheError:
            known, cache_is_up = None, False
        if known is not None:
            return str(known)
        loaded = await load()
        if loaded is None:
            return None
        body = loaded.json_text()
        if cache_is_up:
            await self._keep(key, body, seconds)
        return body

    async def _keep(self, key: str, body: str, seconds: int) -> None:
        try:
            await self._cache.set(key, body, ex=seconds)
        except CacheError:
            return


def query_hash(query: Mapping[str, object]) -> str:
    """The hash of a query; the order of its parts and absent parts do not count."""
    present = {key: value for key, value in query.items() if value is not None}
    canonical = json.dumps(present, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
