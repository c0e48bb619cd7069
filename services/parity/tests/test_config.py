import pytest

from parity.config import ConfigError, read_settings
from parity.main import main


def test_defaults(environment: dict[str, str]) -> None:
    settings = read_settings(environment)
    assert (settings.node_url, settings.python_url) == ("http://node:8080", "http://python:8080")
    assert (settings.waiting, settings.concurrency, settings.samples) == (200, 4, 50)


def test_tells_every_problem_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {"NODE_BACKEND": "node", "CONCURRENCY": "0", "SAMPLES": "many"}
    with pytest.raises(ConfigError) as caught:
        read_settings(wrong)
    for name in ("NODE_BACKEND", "PYTHON_BACKEND", "CONCURRENCY", "SAMPLES"):
        assert name in str(caught.value)
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "NODE_BACKEND" in capsys.readouterr().err
