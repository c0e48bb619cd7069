import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migration.config import Settings
from migration.main import migrate
from tests.conftest import Store
from tests.test_migrate import everything, fill


@pytest.fixture
def following(settings: Settings) -> Settings:
    return replace(settings, follow=True, remove_extra=True)


def run_rounds(settings: Settings, *between: Any) -> list[dict[str, Any]]:
    """Runs a round, then one after each of the given changes; gives the reports."""
    assert settings.report_file is not None
    reports: list[dict[str, Any]] = []
    changes = list(between)
    file: Path = settings.report_file

    def pause(_seconds: float) -> None:
        reports.append(json.loads(file.read_text()))
        if changes:
            changes.pop(0)()
            done.append(False)

    done = [False]
    lines: list[str] = []

    def stop() -> bool:
        return len(reports) == len(between) + 1

    assert migrate(settings, lines.append, stop=stop, pause=pause) == 0
    return reports


def test_follows_new_changed_and_removed_documents(following: Settings, source: Store, target: Store) -> None:
    fill(source)
    target["trials"].insert_one({"_id": "X1", "nct": 3})

    def change() -> None:
        source["trials"].insert_many([{"_id": f"N{n}", "nct": 1000 + n} for n in range(25)])
        source["trials"].update_one({"_id": "T0001"}, {"$set": {"phase": 9}})
        source["companies"].delete_many({})

    def move_unique_value() -> None:
        source["trials"].delete_one({"_id": "T0002"})
        source["trials"].insert_one({"_id": "A0002", "nct": 2})

    def nothing() -> None:
        pass

    first, second, third, fourth = run_rounds(following, change, move_unique_value, nothing)
    assert [r["equal"] for r in (first, second, third, fourth)] == [True] * 4
    assert [r["changed"] for r in (first, second, third, fourth)] == [39, 29, 2, 0]
    assert [r["round"] for r in (first, second, third, fourth)] == [1, 2, 3, 4]
    assert len({r["run"] for r in (first, fourth)}) == 1
    assert fourth["collections"]["trials"]["documents"] == 60
    assert everything(source) == everything(target)


def test_what_only_the_target_has_is_no_equality_where_it_may_not_be_removed(
    following: Settings, source: Store, target: Store
) -> None:
    fill(source)
    target["trials"].insert_one({"_id": "X1", "nct": 9999})
    (report,) = run_rounds(replace(following, remove_extra=False))
    assert report["equal"] is False
    assert report["collections"]["trials"]["equal"] is False
    assert target["trials"].count_documents({"_id": "X1"}) == 1


def test_a_round_that_fails_says_so_and_the_next_one_goes_on(
    following: Settings, source: Store, target: Store
) -> None:
    source["trials"].insert_one({"_id": 1, "nct": 1})
    target["trials"].insert_many([{"_id": 2, "nct": 7}, {"_id": 3, "nct": 7}])
    source["trials"].create_index("nct", name="nct_unique", unique=True)

    def mend() -> None:
        target["trials"].delete_one({"_id": 3})

    first, second = run_rounds(following, mend)
    assert (first["equal"], second["equal"]) == (False, True)
    assert first["error"] is not None
    assert second["error"] is None
