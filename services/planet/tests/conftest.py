from pathlib import Path

import pytest

from planet.facts import BUNDLED_FACTS
from planet.training import train


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model that the bundled facts give."""
    folder = tmp_path_factory.mktemp("models")
    train(BUNDLED_FACTS, folder, lambda _line: None)
    return folder
