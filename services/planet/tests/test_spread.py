import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from planet.artifact import load_artifact
from planet.spread import choose_spread, in_process, on_ray
from planet.training import train
from tests.facts import trial, write_facts


class _Refs:
    """Stands in for Ray's module: a task is done when its result is asked for."""

    def __init__(self) -> None:
        self.started: list[str] = []

    def init(self, *, address: str, **_options: object) -> None:
        self.started.append(address)

    def remote(self, function: Callable[[object], object]) -> object:
        class Task:
            @staticmethod
            def remote(item: object) -> object:
                return lambda: function(item)

        return Task

    def get(self, references: list[object]) -> list[object]:
        done = {id(ref): ref() for ref in reversed(references) if callable(ref)}
        return [done[id(ref)] for ref in references]


class TestChooseSpread:
    def test_stays_in_the_process_outside_of_a_job_of_ray(self) -> None:
        said: list[str] = []
        assert choose_spread({}, said.append) is in_process
        assert said == []

    def test_says_so_where_the_image_is_without_ray(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "ray", None)
        said: list[str] = []
        assert choose_spread({"RAY_ADDRESS": "10.0.0.1:6379"}, said.append) is in_process
        assert "ray is not installed" in said[0]


class TestOnRay:
    def test_gives_the_very_files_that_one_process_gives(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ray = _Refs()
        monkeypatch.setitem(sys.modules, "ray", ray)
        said: list[str] = []
        assert choose_spread({"RAY_ADDRESS": "10.0.0.1:6379"}, said.append) is on_ray
        assert said == ["trains on Ray at 10.0.0.1:6379"]
        facts = write_facts(tmp_path / "facts.ndjson", [trial(number) for number in range(1, 121)])
        alone = train(facts, tmp_path / "alone", lambda _line: None)
        spread = train(facts, tmp_path / "spread", lambda _line: None, on_ray)
        assert ray.started == ["auto"]
        assert spread == alone == load_artifact(tmp_path / "spread").model_id
        for name in ("model.json", "weights.npz"):
            one, other = (tmp_path / folder / alone / name for folder in ("alone", "spread"))
            assert one.read_bytes() == other.read_bytes()
