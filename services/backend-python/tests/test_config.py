from pathlib import Path

import pytest

from app.config import ConfigError, read_settings
from app.main import main

COMPLETE = {
    "MONGODB_URL": "mongodb://documents",
    "MONGODB_DATABASE": "trials",
    "NEO4J_URL": "bolt://graph",
    "NEO4J_USER": "neo4j",
    "NEO4J_PASSWORD": "graph-password",
    "CACHE_URL": "redis://cache",
    "JWT_KEY": "j" * 32,
    "JWT_KEY_ID": "k1",
    "CURSOR_KEY": "c" * 32,
    "ADMIN_EMAIL": "admin@example.org",
    "ADMIN_PASSWORD": "p" * 12,
}


class TestReadSettings:
    def test_fills_in_what_has_a_usual_value(self) -> None:
        settings = read_settings(COMPLETE)
        assert (settings.port, settings.service_name, settings.log_level) == (8080, "backend-python", "info")
        assert settings.neo4j_database == "neo4j"
        assert settings.cache_prefix == "ct:local:v1:"
        assert settings.trusted_proxies == ()

    def test_takes_what_is_given(self) -> None:
        given = {"PORT": "9000", "LOG_LEVEL": "debug", "TRUSTED_PROXIES": "10.0.0.0/8,127.0.0.1"}
        settings = read_settings({**COMPLETE, **given})
        assert (settings.port, settings.log_level) == (9000, "debug")
        assert settings.trusted_proxies == ("10.0.0.0/8", "127.0.0.1")

    def test_reads_a_secret_from_the_file_that_name_file_names(self, tmp_path: Path) -> None:
        path = tmp_path / "password"
        path.write_text("from-a-file\n", encoding="utf-8")
        assert read_settings({**COMPLETE, "NEO4J_PASSWORD_FILE": str(path)}).neo4j_password == "from-a-file"

    def test_tells_every_problem_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            read_settings(
                {
                    "PORT": "many",
                    "LOG_LEVEL": "loud",
                    "JWT_KEY": "short",
                    "CURSOR_KEY_FILE": str(tmp_path / "absent"),
                }
            )
        text = str(caught.value)
        assert "PORT is not a port number" in text
        assert "LOG_LEVEL is not one of" in text
        assert "JWT_KEY is shorter than 32 characters" in text
        assert "CURSOR_KEY_FILE" in text
        for name in ("MONGODB_URL", "MONGODB_DATABASE", "NEO4J_USER", "CACHE_URL", "ADMIN_EMAIL"):
            assert f"{name} is not set (nor {name}_FILE)" in text

    def test_shows_no_secret(self) -> None:
        shown = repr(read_settings(COMPLETE))
        for secret in ("graph-password", "j" * 32, "c" * 32, "p" * 12):
            assert secret not in shown


class TestMain:
    def test_a_wrong_configuration_exits_with_two(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main({})
        assert caught.value.code == 2
        assert "MONGODB_URL is not set" in capsys.readouterr().err
