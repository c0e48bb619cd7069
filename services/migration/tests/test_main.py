import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from migration.config import Settings
from migration.main import main
from tests.conftest import Store
from tests.test_migrate import everything, fill


def environment_of(settings: Settings) -> dict[str, str]:
    return {
        "SOURCE_URL": settings.source_url,
        "SOURCE_DATABASE": settings.source_database,
        "TARGET_URL": settings.target_url,
        "TARGET_DATABASE": settings.target_database,
        "BATCH_SIZE": "1",
    }


class TestMain:
    def test_copies_and_reports(
        self, settings: Settings, source: Store, target: Store, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(source)
        assert main(environment_of(settings)) == 0
        assert everything(target) == everything(source)
        assert capsys.readouterr().out.splitlines()[-1].startswith("migration: done: 2 collections")

    def test_a_wrong_configuration_is_exit_code_2(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main({}) == 2
        assert "SOURCE_URL is not set" in capsys.readouterr().out

    def test_a_store_that_does_not_answer_is_exit_code_1(self, capsys: pytest.CaptureFixture[str]) -> None:
        environment = {
            "SOURCE_URL": "mongodb://127.0.0.1:1",
            "SOURCE_DATABASE": "a",
            "TARGET_URL": "mongodb://127.0.0.1:1",
            "TARGET_DATABASE": "b",
            "WAIT_SECONDS": "2.5",
        }
        assert main(environment) == 1
        out = capsys.readouterr().out
        assert "waiting: the source does not answer yet" in out
        assert "failed: ServerSelectionTimeoutError" in out

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 3), (signal.SIGKILL, -9)])
    def test_ended_in_the_middle_it_goes_on_and_loses_nothing(
        self, settings: Settings, source: Store, target: Store, number: signal.Signals, code: int
    ) -> None:
        fill(source, 400)
        environment = {**os.environ, **environment_of(settings)}
        command = [sys.executable, "-m", "migration"]
        folder = Path(__file__).parent.parent
        with subprocess.Popen(
            command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("migration: copy: trials 20/"):
                    process.send_signal(number)
                    break
            process.stdout.read()
        assert process.returncode == code
        copied = target["trials"].count_documents({})
        assert 20 <= copied < 400
        finished = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        assert finished.returncode == 0
        assert "copy: trials goes on after" in finished.stdout
        assert everything(target) == everything(source)
