import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from schema.config import ConfigError, read_settings
from schema.main import main
from schema.migrations import MIGRATIONS

NEWEST = len(MIGRATIONS)
FOLDER = Path(__file__).resolve().parent.parent


@pytest.mark.usefixtures("stores")
class TestMain:
    def test_goes_up_down_and_tells_where_it_is(
        self, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([], environment) == 0
        assert f"done: documents {NEWEST}, graph {NEWEST}" in capsys.readouterr().out
        assert main(["down", "--to", "1"], environment) == 0
        assert "undoing 4 entity-mappings (lossy)" in capsys.readouterr().out
        assert main(["status", "--json"], environment) == 0
        status = json.loads(capsys.readouterr().out)
        assert status["versions"] == {"documents": 1, "graph": 1}
        assert [each["number"] for each in status["migrations"]] == [1, 2, 3, 4]
        assert status["migrations"][3]["down"]["safety"] == "lossy"
        assert main(["up", "--to", "2", "--store", "graph"], environment) == 0
        assert main(["status"], environment) == 0
        said = capsys.readouterr().out
        assert f"documents: version 1 of {NEWEST}" in said
        assert f"graph: version 2 of {NEWEST}" in said

    def test_a_version_that_is_not_there_exits_with_one(
        self, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["up", "--to", "99"], environment) == 1
        assert "there is no schema version 99" in capsys.readouterr().out

    def test_a_process_that_was_killed_is_gone_on_with(self, environment: dict[str, str]) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "schema", "up"],
            cwd=FOLDER,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if "graph: changing" in line:
                process.send_signal(signal.SIGKILL)
                break
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert main(["up"], environment) == 0


class TestUsage:
    def test_a_wrong_configuration_exits_with_two(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["up"], {}) == 2
        assert "MONGODB_URL is not set" in capsys.readouterr().out

    @pytest.mark.parametrize("arguments", [["sideways"], ["down"], ["up", "--to", "x"]])
    def test_a_wrong_call_exits_with_two(self, arguments: list[str]) -> None:
        assert main(arguments, {}) == 2

    def test_a_store_that_never_answers_exits_with_one(
        self, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        absent = {"MONGODB_URL": "mongodb://127.0.0.1:1", "WAIT_SECONDS": "0"}
        assert main(["up"], {**environment, **absent}) == 1
        assert environment["NEO4J_PASSWORD"] not in capsys.readouterr().out


class TestSettings:
    def test_secrets_may_come_from_files(self, environment: dict[str, str], tmp_path: Path) -> None:
        file = tmp_path / "password"
        file.write_text("secret\n")
        settings = read_settings({**environment, "NEO4J_PASSWORD_FILE": str(file)})
        assert settings.neo4j_password == "secret"

    def test_every_problem_is_told_at_once(self, tmp_path: Path) -> None:
        broken = {"NEO4J_PASSWORD_FILE": str(tmp_path / "none"), "WAIT_SECONDS": "soon"}
        with pytest.raises(ConfigError) as raised:
            read_settings(broken)
        for name in ("MONGODB_URL", "NEO4J_PASSWORD_FILE", "WAIT_SECONDS"):
            assert name in str(raised.value)
