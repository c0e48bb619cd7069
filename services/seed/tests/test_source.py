import gzip
import json
from pathlib import Path

from seed.config import BUNDLED_DATA
from seed.source import content_hash, read_facts
from tests.facts import raw_trial, write_lines


class TestReadFacts:
    def test_refuses_bad_lines_with_number_and_reason(self, tmp_path: Path) -> None:
        path = write_lines(
            tmp_path / "trials.ndjson",
            raw_trial(1),
            "{",
            "",
            raw_trial(2, overallStatus="PAUSED"),
            raw_trial(1),
            raw_trial(3, startDate="soon"),
            raw_trial(4, sponsor={"name": " ", "class": "OTHER"}),
        )
        facts = read_facts(path)
        assert [t.nct_id for t in facts.trials] == ["NCT00000001"]
        assert [reason.split(":")[0] for reason in facts.refused] == [
            "line 2",
            "line 4",
            "line 5",
            "line 6",
            "line 7",
        ]
        assert "overallStatus" in facts.refused[1]
        assert "NCT00000001 occurs twice" in facts.refused[2]
        assert "'soon' is not YYYY" in facts.refused[3]

    def test_reads_compressed_files(self, tmp_path: Path) -> None:
        path = tmp_path / "trials.ndjson.gz"
        path.write_bytes(gzip.compress(json.dumps(raw_trial(7)).encode()))
        assert [t.nct_id for t in read_facts(path).trials] == ["NCT00000007"]

    def test_the_dirty_cases_of_the_sample_survive(self) -> None:
        facts = read_facts(BUNDLED_DATA)
        assert facts.refused == []
        assert len(facts.trials) == 3889
        assert sum(1 for t in facts.trials if not t.phases) == 389
        assert sum(1 for t in facts.trials if len(t.phases) == 2) == 254
        assert sum(1 for t in facts.trials if t.start_date is None) == 11
        assert sum(1 for t in facts.trials if t.start_date and len(t.start_date) == 7) == 1465
        assert sum(1 for t in facts.trials for i in t.interventions if i.name is None) == 1


class TestContentHash:
    def test_ignores_the_order_of_keys(self) -> None:
        assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
        assert content_hash({"a": 1}) != content_hash({"a": 2})
