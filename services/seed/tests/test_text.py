import json
from pathlib import Path
from typing import Any

import pytest

from seed.text import name_key, search_words, slug, words

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "contract" / "vectors.json").read_text(encoding="utf-8")
)


class TestWords:
    @pytest.mark.parametrize("vector", VECTORS["words"], ids=lambda vector: vector["text"])
    def test_agrees_with_the_contract(self, vector: dict[str, Any]) -> None:
        assert words(vector["text"]) == vector["words"]

    def test_search_words_are_distinct_and_sorted(self) -> None:
        assert search_words("b a", None, "A c") == ["a", "b", "c"]


class TestSlug:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Pfizer, Inc.", "pfizer-inc"),
            ("Næstved, Slagelse and Ringsted", "naestved-slagelse-and-ringsted"),
            ("K\u0131r\u0131kkale University", "kirikkale-university"),
            ("Centro Hospitalar De São João, E.P.E.", "centro-hospitalar-de-sao-joao-e-p-e"),
        ],
    )
    def test_is_fit_for_a_url(self, name: str, expected: str) -> None:
        assert slug(name) == expected

    def test_a_name_without_latin_letters_gets_its_hash(self) -> None:
        assert slug("北京大学").startswith("company-")
        assert slug("北京大学") != slug("清华大学")

    def test_long_names_stay_apart(self) -> None:
        long = "a" * 200
        assert len(slug(long)) <= 160
        assert slug(long) != slug(long + "b")


class TestNameKey:
    def test_ignores_case_and_spacing_only(self) -> None:
        assert name_key("  ACME   Pharma ") == name_key("Acme pharma")
        assert name_key("Acme Pharma.") != name_key("Acme Pharma")
