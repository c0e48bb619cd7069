import json
from pathlib import Path
from typing import Any

import pytest

from app.auth.repository import user_id_of
from app.cache import query_hash
from app.cursors import CursorCodec
from app.words import words

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "contract" / "vectors.json").read_text(encoding="utf-8")
)


class TestWhatAllImplementationsShare:
    @pytest.mark.parametrize("vector", VECTORS["words"], ids=lambda vector: vector["text"])
    def test_words(self, vector: dict[str, Any]) -> None:
        assert words(vector["text"]) == vector["words"]

    @pytest.mark.parametrize("vector", VECTORS["cursors"], ids=lambda vector: vector["scope"])
    def test_cursors(self, vector: dict[str, Any]) -> None:
        codec = CursorCodec(VECTORS["cursorKey"])
        assert codec.encode(vector["scope"], tuple(vector["position"])) == vector["cursor"]
        assert list(codec.decode(vector["scope"], vector["cursor"])) == vector["position"]

    @pytest.mark.parametrize("vector", VECTORS["cacheKeys"])
    def test_cache_keys(self, vector: dict[str, Any]) -> None:
        turned = dict(reversed(vector["query"].items()))
        assert query_hash(vector["query"]) == query_hash({**turned, "absent": None}) == vector["sha256"]

    @pytest.mark.parametrize("vector", VECTORS["userIds"])
    def test_user_ids(self, vector: dict[str, Any]) -> None:
        assert user_id_of(vector["email"]) == vector["userId"]
