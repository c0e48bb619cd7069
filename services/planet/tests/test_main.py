import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from planet.config import ConfigError, read_service_settings
from planet.main import main
from tests.facts import trial, write_facts
from tests.service import KEY, token

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def exit_code(arguments: list[str], environment: dict[str, str]) -> object:
    with pytest.raises(SystemExit) as caught:
        main(arguments, environment)
    return caught.value.code


class TestMain:
    def test_trains_and_says_how_good_the_model_is(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        facts = write_facts(tmp_path / "facts.ndjson", [trial(number) for number in range(1, 61)])
        environment = {"FACTS_FILE": str(facts), "MODEL_FOLDER": str(tmp_path / "models")}
        assert exit_code(["train"], environment) == 0
        out = capsys.readouterr().out
        assert "auroc" in out
        assert "written: model" in out
        assert (tmp_path / "models" / "current").is_file()

    def test_fails_with_a_reason_when_the_facts_are_unusable(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        facts = tmp_path / "facts.ndjson"
        facts.write_text("{}\n", encoding="utf-8")
        assert exit_code(["train"], {"FACTS_FILE": str(facts), "MODEL_FOLDER": str(tmp_path)}) == 1
        assert "line 1" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "environment", "message"),
        [
            ([], {}, "usage: python -m planet serve | train"),
            (["serve"], {}, "JWT_KEY is not set"),
            (["train"], {"FACTS_FILE": "/nowhere"}, "/nowhere is not a file"),
        ],
    )
    def test_says_what_is_missing(
        self,
        arguments: list[str],
        environment: dict[str, str],
        message: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert exit_code(arguments, environment) == 2
        assert message in capsys.readouterr().err


class TestReadServiceSettings:
    def test_tells_every_problem_at_once_and_shows_no_secret(self, tmp_path: Path) -> None:
        wrong = {
            "PORT": "many",
            "LOG_LEVEL": "loud",
            "JWT_KEY": "short",
            "JWT_KEY_ID_FILE": str(tmp_path / "no"),
        }
        with pytest.raises(ConfigError) as caught:
            read_service_settings(wrong)
        for part in (
            "PORT is not a port number",
            "LOG_LEVEL is not one of",
            "JWT_KEY is shorter",
            "JWT_KEY_ID_FILE",
        ):
            assert part in str(caught.value)
        key = tmp_path / "key"
        key.write_text("k" * 40 + "\n", encoding="utf-8")
        settings = read_service_settings({"JWT_KEY_FILE": str(key), "JWT_KEY_ID": "1", "PORT": "9000"})
        assert (settings.jwt_key, settings.port, settings.metrics_port) == ("k" * 40, 9000, 8404)
        assert "kkk" not in repr(settings)


class TestProcess:
    async def test_listens_answers_and_stops_in_good_order_when_told_to(self, model_folder: Path) -> None:
        port, metrics_port = free_port(), free_port()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "planet",
            "serve",
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PORT": str(port),
                "METRICS_PORT": str(metrics_port),
                "MODEL_FOLDER": str(model_folder),
                "JWT_KEY": KEY,
                "JWT_KEY_ID": "test",
            },
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        async for line in process.stdout:
            if b"Uvicorn running" in line:
                break
        async with httpx.AsyncClient(headers={"authorization": f"Bearer {token()}"}) as client:
            url = f"http://127.0.0.1:{port}"
            assert (await client.get(f"{url}/health/ready")).status_code == 200
            assert (await client.get(f"{url}/v1/models?x=private")).status_code == 200
            metrics = (await client.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
            assert "planet_model_loaded 1.0" in metrics
        process.send_signal(signal.SIGTERM)
        rest = (await process.stdout.read()).decode()
        assert await process.wait() == 0
        assert [json.loads(line)["path"] for line in rest.splitlines() if '"path"' in line] == ["/v1/models"]
        assert "private" not in rest
