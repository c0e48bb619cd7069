import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from migration.config import Settings
from migration.main import migrate
from migration.serve import serving
from tests.conftest import Store
from tests.test_migrate import fill


def ask(port: int, path: str) -> Any:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
        assert response.headers["content-type"] == "application/json"
        return json.load(response)


def test_tells_the_last_round_once_there_is_one(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with serving(0, report) as port:
        assert ask(port, "/round") is None
        report.write_text('{"round": 3}\n', encoding="utf-8")
        assert ask(port, "/round") == {"round": 3}
        with pytest.raises(HTTPError, match="404"):
            ask(port, "/other")


def test_is_asked_while_documents_are_followed(
    settings: Settings, source: Store, target: Store, unused_port: int
) -> None:
    fill(source)
    told: list[Any] = []
    following = replace(settings, follow=True, port=unused_port)
    ended = migrate(
        following, print, stop=lambda: len(told) > 0, pause=lambda _: told.append(ask(unused_port, "/round"))
    )
    assert ended == 0
    assert target["trials"].count_documents({}) == 35
    assert told[0]["equal"] is True
    assert set(told[0]["collections"]) == {"companies", "trials"}


@pytest.fixture
def unused_port() -> int:
    with serving(0, Path("unused")) as port:
        return port
