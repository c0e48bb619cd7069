from pathlib import Path

import pytest

from planet.facts import BUNDLED_FACTS, FactsError, read_facts
from tests.facts import trial, write_facts


class TestReadFacts:
    def test_reads_rates_of_each_group_and_takes_the_higher_of_serious_and_other(
        self, tmp_path: Path
    ) -> None:
        facts = read_facts(write_facts(tmp_path / "facts.ndjson", [trial(3)]))
        treated, follow_up = facts.arms
        assert (treated.serious_rate, follow_up.serious_rate) == (0.3, 0.3)
        assert treated.event_rates == {"nausea": 0.3}
        assert follow_up.event_rates == {"nausea": 0.05}
        assert facts.date == "2026-01-04"

    def test_knows_the_planned_arm_by_its_label_and_else_takes_all_interventions(
        self, tmp_path: Path
    ) -> None:
        treated, follow_up = read_facts(write_facts(tmp_path / "facts.ndjson", [trial(3)])).arms
        assert (treated.arm.type, treated.arm.interventions) == ("EXPERIMENTAL", ("Drug: Harshimab 3",))
        assert (follow_up.arm.type, follow_up.arm.interventions) == (None, ("Drug: Harshimab 3", "Drug: "))

    def test_leaves_out_groups_without_a_denominator(self, tmp_path: Path) -> None:
        groups = [
            {"title": "None", "seriousNumAffected": 1, "seriousNumAtRisk": None},
            {"title": "Zero", "seriousNumAffected": 0, "seriousNumAtRisk": 0},
            {"title": "Ten", "seriousNumAffected": None, "seriousNumAtRisk": 10},
        ]
        facts = read_facts(write_facts(tmp_path / "facts.ndjson", [trial(1, groups=groups)]))
        assert [(arm.arm.label, arm.serious_rate) for arm in facts.arms] == [("Ten", 0.0)]

    def test_names_the_line_that_it_cannot_read(self, tmp_path: Path) -> None:
        path = write_facts(tmp_path / "facts.ndjson", [trial(1), {"nctId": "NCT00000002"}])
        with pytest.raises(FactsError, match=r"facts\.ndjson: line 2: KeyError"):
            read_facts(path)

    def test_refuses_a_file_without_any_arm(self, tmp_path: Path) -> None:
        with pytest.raises(FactsError, match="holds no arm"):
            read_facts(write_facts(tmp_path / "facts.ndjson", [trial(1, groups=[])]))

    def test_the_bundled_facts_are_whole(self) -> None:
        facts = read_facts(BUNDLED_FACTS)
        assert len({arm.nct_id for arm in facts.arms}) == 681
        assert facts.date == "2026-03-13"
