from pathlib import Path

import pytest

from seed.config import BUNDLED_DATA, ConfigError, read_settings

COMPLETE = {
    "MONGODB_URL": "mongodb://store",
    "MONGODB_DATABASE": "trials",
    "NEO4J_URL": "bolt://graph",
    "NEO4J_USER": "neo4j",
    "NEO4J_PASSWORD": "secret",
}


class TestReadSettings:
    def test_takes_the_bundled_data_and_the_default_database(self) -> None:
        settings = read_settings(COMPLETE)
        assert settings.data_file == BUNDLED_DATA
        assert settings.neo4j_database == "neo4j"
        assert settings.cache_url is None

    def test_tells_every_problem_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            read_settings(
                {
                    "MONGODB_URL_FILE": str(tmp_path / "absent"),
                    "DATA_FILE": str(tmp_path / "no-data"),
                    "WAIT_SECONDS": "soon",
                }
            )
        text = str(caught.value)
        assert "MONGODB_URL_FILE" in text
        assert "DATA_FILE" in text
        assert "WAIT_SECONDS" in text
        for name in ("MONGODB_DATABASE", "NEO4J_URL", "NEO4J_USER", "NEO4J_PASSWORD"):
            assert f"{name} is not set" in text

    def test_reads_a_secret_from_its_file(self, tmp_path: Path) -> None:
        secret = tmp_path / "password"
        secret.write_text("from-file\n", encoding="utf-8")
        environment = {k: v for k, v in COMPLETE.items() if k != "NEO4J_PASSWORD"}
        settings = read_settings({**environment, "NEO4J_PASSWORD_FILE": str(secret)})
        assert settings.neo4j_password == "from-file"
