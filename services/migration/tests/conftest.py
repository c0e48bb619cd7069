import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from migration.config import Settings

Store = Database[dict[str, Any]]


def store_url() -> str:
    url = os.environ.get("TEST_MONGODB_URL")
    if not url:
        pytest.fail(
            "TEST_MONGODB_URL is not set: start the stores with services/test-stores.sh", pytrace=False
        )
    return url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    run = uuid.uuid4().hex[:12]
    return Settings(
        source_url=store_url(),
        source_database=f"migration_from_{run}",
        target_url=store_url(),
        target_database=f"migration_to_{run}",
        batch_size=10,
        wait_seconds=30,
        report_file=tmp_path / "report.json",
        remove_extra=False,
    )


@pytest.fixture
def source(settings: Settings) -> Iterator[Store]:
    yield from database(settings.source_url, settings.source_database)


@pytest.fixture
def target(settings: Settings) -> Iterator[Store]:
    yield from database(settings.target_url, settings.target_database)


def database(url: str, name: str) -> Iterator[Store]:
    with MongoClient[dict[str, Any]](url) as client:
        yield client[name]
        client.drop_database(name)
