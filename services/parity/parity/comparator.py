"""Asks both backends what a client asked, in the background and never more than they can bear."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from parity.compare import Answer, judge
from parity.config import Settings
from parity.endpoints import endpoint_of
from parity.samples import Samples
from parity.tally import Tally

_LARGEST = 4 * 2**20
_FAILED = Answer(status=0, content_type="", body=b"", seconds=0.0)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Copy:
    """A client's request."""

    path: str
    query: str
    headers: Mapping[str, str]


class Comparator:
    """A bounded queue and a few workers; what does not fit is left out and counted."""

    def __init__(self, settings: Settings) -> None:
        self.tally = Tally()
        self.samples = Samples(settings.samples)
        self._settings = settings
        self._waiting: asyncio.Queue[Copy] = asyncio.Queue(settings.waiting)
        self._client = httpx.AsyncClient(timeout=settings.timeout_seconds, follow_redirects=False)
        self._workers: list[asyncio.Task[None]] = []
        self._turn = 0

    def offer(self, copy: Copy) -> bool:
        """Takes a request for later; false where there is no room for it."""
        try:
            self._waiting.put_nowait(copy)
        except asyncio.QueueFull:
            self.tally.dropped += 1
            return False
        return True

    async def start(self) -> None:
        """Starts the workers."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._settings.concurrency)]

    async def stop(self) -> None:
        """Drops what waits; there is nothing to lose."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._client.aclose()

    async def settled(self) -> None:
        """Returns when everything taken has been compared."""
        await self._waiting.join()

    async def _work(self) -> None:
        while True:
            copy = await self._waiting.get()
            try:
                await self._compare(copy)
            except Exception:
                logger.exception("a comparison failed")
            finally:
                self._waiting.task_done()

    async def _compare(self, copy: Copy) -> None:
        """Who is asked first changes each time: the second one finds shared stores warmed up."""
        node_url, python_url = self._settings.node_url, self._settings.python_url
        self._turn += 1
        if self._turn % 2:
            node = await self._ask(node_url, copy)
            python = await self._ask(python_url, copy)
        else:
            python = await self._ask(python_url, copy)
            node = await self._ask(node_url, copy)
        again = await self._ask(node_url, copy)
        verdict = judge(node, again, python)
        endpoint = endpoint_of(copy.path)
        self.tally.add(endpoint, node, python, verdict)
        if verdict.differences:
            self.samples.add(endpoint, copy.query, verdict.differences)

    async def _ask(self, base: str, copy: Copy) -> Answer:
        url = f"{base}{copy.path}" + (f"?{copy.query}" if copy.query else "")
        started = time.monotonic()
        try:
            async with self._client.stream("GET", url, headers=dict(copy.headers)) as response:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST:
                        return _FAILED
        except httpx.HTTPError:
            return Answer(0, "", b"", time.monotonic() - started)
        seconds = time.monotonic() - started
        content_type = response.headers.get("content-type", "").replace(" ", "").lower()
        return Answer(response.status_code, content_type, bytes(body), seconds)
