import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase
from pymongo import MongoClient
from redis import Redis

from seed.config import Settings
from seed.document_store import Store
from seed.documents import SOURCE, Document


def required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: start the stores with services/test-stores.sh", pytrace=False)
    return value


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        mongodb_url=required("TEST_MONGODB_URL"),
        mongodb_database=f"seed_{uuid.uuid4().hex[:12]}",
        neo4j_url=required("TEST_NEO4J_URL"),
        neo4j_user=required("TEST_NEO4J_USER"),
        neo4j_password=required("TEST_NEO4J_PASSWORD"),
        neo4j_database="neo4j",
        cache_url=required("TEST_CACHE_URL"),
        cache_prefix=f"ct:{uuid.uuid4().hex[:12]}:v1:",
        data_file=tmp_path / "trials.ndjson",
        wait_seconds=30,
    )


@pytest.fixture
def documents(settings: Settings) -> Iterator[Store]:
    with MongoClient[Document](settings.mongodb_url) as client:
        yield client[settings.mongodb_database]
        client.drop_database(settings.mongodb_database)


@pytest.fixture
def graph(settings: Settings) -> Iterator[Driver]:
    """The graph without anything of our source; the free edition has one database for all tests."""
    with GraphDatabase.driver(
        settings.neo4j_url, auth=(settings.neo4j_user, settings.neo4j_password)
    ) as driver:
        driver.execute_query("MATCH (n {source: $source}) DETACH DELETE n", source=SOURCE)
        yield driver
        driver.execute_query("MATCH (n {source: $source}) DETACH DELETE n", source=SOURCE)


@pytest.fixture
def cache(settings: Settings) -> Iterator[Redis]:
    assert settings.cache_url is not None
    with Redis.from_url(settings.cache_url, decode_responses=True) as client:
        yield client
        for key in client.scan_iter(f"{settings.cache_prefix}*"):
            client.delete(key)
