"""The databases behind the service. None needs to be up when they are opened."""

from dataclasses import dataclass

from neo4j import AsyncDriver, AsyncGraphDatabase, RoutingControl
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from redis.asyncio import Redis

from app.cache import open_cache
from app.config import Settings
from app.keyset import Row

_CONNECT_SECONDS = 2


@dataclass(frozen=True)
class Stores:
    """Clients that connect, and connect again, by themselves."""

    mongo: AsyncMongoClient[Row]
    documents: AsyncDatabase[Row]
    graph: AsyncDriver
    graph_database: str
    cache: Redis

    async def ping_graph(self) -> None:
        await self.graph.execute_query(
            "RETURN 1", database_=self.graph_database, routing_=RoutingControl.READ
        )

    async def close(self) -> None:
        await self.cache.aclose()
        await self.graph.close()
        await self.mongo.close()


def open_stores(settings: Settings) -> Stores:
    """Opens the clients of all stores."""
    mongo: AsyncMongoClient[Row] = AsyncMongoClient(
        settings.mongodb_url,
        appname=settings.service_name,
        serverSelectionTimeoutMS=_CONNECT_SECONDS * 1000,
        connectTimeoutMS=_CONNECT_SECONDS * 1000,
        tz_aware=True,
    )
    graph = AsyncGraphDatabase.driver(
        settings.neo4j_url,
        auth=(settings.neo4j_user, settings.neo4j_password),
        connection_timeout=_CONNECT_SECONDS,
        connection_acquisition_timeout=_CONNECT_SECONDS,
        max_transaction_retry_time=_CONNECT_SECONDS,
    )
    return Stores(
        mongo=mongo,
        documents=mongo[settings.mongodb_database],
        graph=graph,
        graph_database=settings.neo4j_database,
        cache=open_cache(settings.cache_url),
    )
