import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Binary, Decimal128, Int64, ObjectId
from pymongo import ASCENDING, DESCENDING

from migration.config import Settings
from migration.copy_collection import StoppedError
from migration.ledger import LEDGER, OtherSourceError
from migration.main import migrate
from tests.conftest import Store

EVERY_TYPE = {
    "text": "überall",
    "integer": 7,
    "long": Int64(7),
    "double": 7.0,
    "decimal": Decimal128("0.10"),
    "date": datetime(2026, 11, 25, 12, 30, 15, 123000, tzinfo=UTC),
    "binary": Binary(b"\x00\xff", 0),
    "object": ObjectId("656000000000000000000001"),
    "nothing": None,
    "yes": True,
    "list": [1, "two", {"three": [3.0]}],
    "z": 1,
    "a": 2,
}


class Lines:
    """What the job says."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __call__(self, line: str) -> None:
        self.all.append(line)

    def starting(self, prefix: str) -> list[str]:
        return [line for line in self.all if line.startswith(prefix)]


@pytest.fixture
def lines() -> Lines:
    return Lines()


def fill(store: Store, count: int = 35) -> None:
    store["trials"].create_index([("phase", ASCENDING), ("start", DESCENDING)], name="phase_start")
    store["trials"].create_index("nct", name="nct_unique", unique=True)
    store["trials"].insert_many(
        [{"_id": f"T{n:04}", "nct": n, "phase": n % 4, **EVERY_TYPE} for n in range(count)]
    )
    store["companies"].insert_many([{"_id": ObjectId(), "name": f"company {n}"} for n in range(3)])


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    names = [name for name in store.list_collection_names() if name != LEDGER]
    return {name: list(store[name].find().sort("_id", 1)) for name in names}


def report_of(settings: Settings) -> Any:
    assert settings.report_file is not None
    return json.loads(settings.report_file.read_text(encoding="utf-8"))


class TestMigrate:
    def test_copies_every_document_and_index_and_proves_it(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        assert migrate(settings, lines) == 0
        assert everything(target) == everything(source)
        indexes = target["trials"].index_information()
        assert indexes["phase_start"]["key"] == [("phase", 1), ("start", -1)]
        assert indexes["nct_unique"]["unique"] is True
        result = report_of(settings)
        assert result["equal"] is True
        assert result["collections"]["trials"]["source"] == result["collections"]["trials"]["target"]
        assert result["collections"]["trials"]["source"]["documents"] == 35
        assert lines.all[-1] == "done: 2 collections, 38 documents, equal to the byte"

    def test_writes_nothing_to_the_source(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        before = everything(source)
        assert migrate(settings, lines) == 0
        assert everything(source) == before
        assert sorted(source.list_collection_names()) == ["companies", "trials"]
        assert LEDGER in target.list_collection_names()

    def test_goes_on_after_the_last_batch_when_it_was_stopped(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        answers = iter([False, False, True])
        with pytest.raises(StoppedError, match="trials"):
            migrate(settings, lines, stop=lambda: next(answers))
        assert target["trials"].count_documents({}) == 20
        again = Lines()
        assert migrate(settings, again) == 0
        assert again.starting("copy: trials goes on") == ["copy: trials goes on after 20 documents"]
        assert again.starting("copy: trials ")[1:] == ["copy: trials 30/35", "copy: trials 35/35"]
        assert everything(target) == everything(source)

    @pytest.mark.usefixtures("target")
    def test_only_compares_what_is_equal_already(
        self, settings: Settings, source: Store, lines: Lines
    ) -> None:
        fill(source)
        assert migrate(settings, lines) == 0
        again = Lines()
        assert migrate(settings, again) == 0
        assert again.starting("copy:") == []
        assert len(again.starting("verify:")) == 2

    def test_brings_what_the_source_has_got_since(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        assert migrate(settings, lines) == 0
        source["trials"].insert_one({"_id": "A", "nct": -1})
        source["trials"].update_one({"_id": "T0003"}, {"$set": {"text": "changed"}})
        assert migrate(settings, lines) == 0
        assert everything(target) == everything(source)

    def test_tells_types_and_order_of_fields_apart(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        assert migrate(settings, lines) == 0
        (document,) = source["trials"].find({"_id": "T0001"})
        target["trials"].delete_one({"_id": "T0001"})
        target["trials"].insert_one({**document, "integer": Int64(7)})
        (document,) = source["trials"].find({"_id": "T0002"})
        target["trials"].delete_one({"_id": "T0002"})
        target["trials"].insert_one(dict(reversed(document.items())))
        assert migrate(settings, lines) == 0
        assert report_of(settings)["equal"] is True
        assert list(target["trials"].find_one({"_id": "T0002"}) or {}) == ["_id", "nct", "phase", *EVERY_TYPE]

    def test_names_what_only_the_target_has_and_fails(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        target["trials"].insert_many([{"_id": f"X{n}", "nct": 1000 + n} for n in range(25)])
        assert migrate(settings, lines) == 1
        named = lines.starting("difference:")
        assert named[0] == "difference: trials 'X0' extra"
        assert named[20] == "difference: … and more in trials"
        assert report_of(settings)["equal"] is False
        assert lines.all[-1] == "not equal: see the differences named above"

    def test_removes_what_only_the_target_has_when_asked(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        target["trials"].insert_one({"_id": "X", "nct": 1000})
        assert migrate(replace(settings, remove_extra=True), lines) == 0
        assert everything(target) == everything(source)
        assert "removed: 1 documents of trials that the source does not have" in lines.all

    def test_says_when_the_indexes_are_not_the_same(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        target["trials"].create_index("other", name="other")
        assert migrate(settings, lines) == 1
        assert lines.starting("difference:") == ["difference: the indexes of trials are not the same"]

    def test_refuses_a_target_that_another_source_fills(
        self, settings: Settings, source: Store, target: Store, lines: Lines
    ) -> None:
        fill(source)
        assert migrate(settings, lines) == 0
        target[LEDGER].update_one({"_id": "trials"}, {"$set": {"source": "another"}})
        with pytest.raises(OtherSourceError, match="from another source"):
            migrate(settings, lines)

    @pytest.mark.usefixtures("source", "target")
    def test_an_empty_source_is_an_empty_target(self, settings: Settings, lines: Lines) -> None:
        assert migrate(replace(settings, report_file=None), lines) == 0
        assert lines.all[-1] == "done: 0 collections, 0 documents, equal to the byte"
