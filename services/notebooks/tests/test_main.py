import json
import os
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from neo4j import Driver

from notebooks.main import BUNDLED, ROOT, bring_notebooks, main

TOKEN = "a-token-for-tests-0123456789"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the process would become."""
    calls: list[Any] = []

    class Became(Exception):
        pass

    def become(program: str, arguments: list[str], environment: dict[str, str]) -> None:
        calls.append((program, arguments, environment))
        raise Became

    monkeypatch.setattr(os, "execvpe", become)
    calls.append(Became)
    return calls


class TestServe:
    def test_becomes_the_server_with_the_notebooks_in_place_and_no_token_in_its_command(
        self, started: list[Any], tmp_path: Path
    ) -> None:
        with pytest.raises(started[0]):
            main(["serve"], {"JUPYTER_TOKEN": TOKEN, "WORK_FOLDER": str(tmp_path / "work")})
        program, arguments, environment = started[1]
        assert program == arguments[0] == "jupyter-lab"
        assert TOKEN not in " ".join(arguments)
        assert (environment["JUPYTER_TOKEN"], environment["WORK_FOLDER"]) == (TOKEN, str(tmp_path / "work"))
        assert (tmp_path / "work" / "exploration.ipynb").is_file()

    def test_takes_the_token_from_a_file(self, started: list[Any], tmp_path: Path) -> None:
        path = tmp_path / "token"
        path.write_text(TOKEN + "\n", encoding="utf-8")
        with pytest.raises(started[0]):
            main(["serve"], {"JUPYTER_TOKEN_FILE": str(path), "WORK_FOLDER": str(tmp_path)})
        assert "JUPYTER_TOKEN" not in started[1][2]

    @pytest.mark.parametrize(
        "environment", [{}, {"JUPYTER_TOKEN": "short"}, {"JUPYTER_TOKEN_FILE": "/nowhere/token"}]
    )
    def test_does_not_start_without_a_good_token(
        self, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["serve"], environment) == 2
        assert "set JUPYTER_TOKEN or JUPYTER_TOKEN_FILE" in capsys.readouterr().err

    def test_says_that_it_cannot_write_where_people_work(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        assert main(["serve"], {"JUPYTER_TOKEN": TOKEN, "WORK_FOLDER": str(tmp_path / "file" / "x")}) == 2
        assert "WORK_FOLDER" in capsys.readouterr().err

    def test_overwrites_nobodys_notebook(self, tmp_path: Path) -> None:
        (tmp_path / "exploration.ipynb").write_text("mine", encoding="utf-8")
        bring_notebooks(tmp_path)
        assert (tmp_path / "exploration.ipynb").read_text(encoding="utf-8") == "mine"


class TestConfiguration:
    def test_leaves_the_token_out_and_asks_nobody_outside(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WORK_FOLDER", "/data")
        settings: dict[str, SimpleNamespace] = {}

        class Sections:
            def __getattr__(self, name: str) -> SimpleNamespace:
                return settings.setdefault(name, SimpleNamespace())

        runpy.run_path(str(ROOT / "config" / "jupyter_server_config.py"), {"get_config": Sections})
        server = settings["ServerApp"]
        assert (server.base_url, server.root_dir, server.port) == ("/notebooks/", "/data", 8888)
        assert server.terminals_enabled is False
        assert settings["LabApp"].news_url is None
        assert "IdentityProvider" not in settings


class TestRun:
    def test_runs_the_exploration_notebook_to_its_end(
        self,
        driver: Driver,
        store_environment: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert driver is not None
        for name, value in store_environment.items():
            monkeypatch.setenv(name, value)
        assert main(["run", str(BUNDLED / "exploration.ipynb")], {}) == 0
        out = capsys.readouterr().out
        for part in ("3 trials", "PHASE1/PHASE2", "Heart Failure", "Aspirin", "0.162", "Death"):
            assert part in out
        assert store_environment["NEO4J_PASSWORD"] not in out

    def test_fails_with_the_cell_that_failed(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1 / 0", "outputs": []}
        notebook = {
            "cells": [{**cell, "execution_count": None}],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = tmp_path / "broken.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        assert main(["run", str(path)], {}) == 1
        assert "ZeroDivisionError" in capsys.readouterr().err

    @pytest.mark.parametrize("arguments", [[], ["run"], ["run", "/nowhere.ipynb"]])
    def test_says_how_it_is_called(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(arguments, {}) == 2
        assert capsys.readouterr().err

    def test_the_bundled_notebook_holds_no_output(self) -> None:
        notebook = json.loads((BUNDLED / "exploration.ipynb").read_text(encoding="utf-8"))
        assert all(not cell.get("outputs") for cell in notebook["cells"])
        assert "not drawn at random" in json.dumps(notebook)
