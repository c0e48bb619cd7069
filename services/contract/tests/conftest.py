from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from tests.backends import Both, running_backends, store_setting


@pytest.fixture(scope="session")
def both() -> Iterator[Both]:
    with running_backends() as backends, MongoClient[Any](store_setting("TEST_MONGODB_URL")) as client:
        database = client[backends.database]
        database["trial_aliases"].insert_one({"_id": "NCT99999999", "nctId": "NCT00067236"})
        yield backends
    with MongoClient[Any](store_setting("TEST_MONGODB_URL")) as client:
        client.drop_database(backends.database)


@pytest.fixture(scope="session")
def token(both: Both) -> str:
    answer = both.node.log_in()
    assert answer.status == 200
    return str(answer.json()["accessToken"])
