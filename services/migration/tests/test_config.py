from pathlib import Path

import pytest

from migration.config import ConfigError, read_settings

COMPLETE = {
    "SOURCE_URL": "mongodb://one",
    "SOURCE_DATABASE": "trials",
    "TARGET_URL": "mongodb://two",
    "TARGET_DATABASE": "trials",
}


class TestReadSettings:
    def test_has_defaults(self) -> None:
        settings = read_settings(COMPLETE)
        assert settings.batch_size == 500
        assert settings.report_file is None
        assert settings.remove_extra is False

    def test_tells_every_problem_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            read_settings(
                {"SOURCE_URL_FILE": str(tmp_path / "absent"), "BATCH_SIZE": "0", "WAIT_SECONDS": "soon"}
            )
        text = str(caught.value)
        for problem in ("SOURCE_URL_FILE", "BATCH_SIZE is '0'", "WAIT_SECONDS is 'soon'"):
            assert problem in text
        for name in ("SOURCE_DATABASE", "TARGET_URL", "TARGET_DATABASE"):
            assert f"{name} is not set" in text

    def test_reads_an_address_from_its_file(self, tmp_path: Path) -> None:
        address = tmp_path / "url"
        address.write_text("mongodb://three\n", encoding="utf-8")
        settings = read_settings({**COMPLETE, "TARGET_URL_FILE": str(address), "REPORT": "r.json"})
        assert settings.target_url == "mongodb://three"
        assert settings.report_file == Path("r.json")

    def test_tells_of_rounds_only_where_there_are_some(self) -> None:
        settings = read_settings({**COMPLETE, "FOLLOW": "true", "REPORT": "r.json", "PORT": "8080"})
        assert settings.port == 8080
        with pytest.raises(ConfigError, match="PORT is set: FOLLOW=true and REPORT are needed"):
            read_settings({**COMPLETE, "PORT": "8080"})

    def test_refuses_to_copy_a_database_into_itself(self) -> None:
        with pytest.raises(ConfigError, match="the same database"):
            read_settings({**COMPLETE, "TARGET_URL": "mongodb://one"})
