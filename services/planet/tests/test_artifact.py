import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from planet.artifact import ModelNotLoaded, load_artifact, write_artifact


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(model_folder, tmp_path / "models"))


class TestLoadArtifact:
    def test_reads_the_current_model(self, folder: Path) -> None:
        artifact = load_artifact(folder)
        assert (folder / artifact.model_id / "model.json").is_file()
        assert artifact.model.coefficients.shape == (
            len(artifact.model.heads),
            len(artifact.model.vocabulary),
        )

    def test_says_that_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(ModelNotLoaded, match="the training job has not written it"):
            load_artifact(tmp_path)

    @pytest.mark.parametrize("name", ["model.json", "weights.npz"])
    def test_refuses_a_file_that_was_changed(self, folder: Path, name: str) -> None:
        path = folder / load_artifact(folder).model_id / name
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        with pytest.raises(ModelNotLoaded, match=f"{name} is not what its hash promises"):
            load_artifact(folder)

    def test_refuses_a_pointer_that_is_no_hash(self, folder: Path) -> None:
        (folder / "current").write_text("\n", encoding="ascii")
        with pytest.raises(ModelNotLoaded):
            load_artifact(folder)

    def test_refuses_arrays_that_do_not_fit_the_heads(self, folder: Path) -> None:
        artifact = load_artifact(folder)
        model = artifact.model
        odd = replace(model, heads=model.heads[:-1])
        write_artifact(folder, odd, artifact.card)
        with pytest.raises(ModelNotLoaded, match="do not fit arrays"):
            load_artifact(folder)

    def test_refuses_a_format_that_it_does_not_know(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        artifact = load_artifact(folder)
        monkeypatch.setattr("planet.artifact._FORMAT", 2)
        write_artifact(folder, artifact.model, artifact.card)
        monkeypatch.undo()
        with pytest.raises(ModelNotLoaded, match="its format is 2, this version reads 1"):
            load_artifact(folder)
