"""The model as files: plain JSON and numpy arrays, named by their content, checked before they are read.

    <folder>/current                  SHA-256 of the current model's model.json
    <folder>/<model id>/model.json    vocabulary, heads, model card, SHA-256 of weights.npz
    <folder>/<model id>/weights.npz   idf, coefficients, intercepts

Nothing in it is executed: no pickle is written, and none is read.
"""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planet.model import LinearModel

_FORMAT = 1
_ID_DIGITS = 16


class ModelNotLoaded(Exception):
    """There is no model, or what is there is not whole; the message says which."""


@dataclass(frozen=True)
class Artifact:
    """A model with its card; the id is the beginning of the hash of its content."""

    model_id: str
    model: LinearModel
    card: Mapping[str, Any]


def write_artifact(folder: Path, model: LinearModel, card: Mapping[str, Any]) -> str:
    """Writes a model and makes it the current one; gives its id.

    An interrupted run leaves the earlier model current.
    """
    arrays = {"idf": model.idf, "coefficients": model.coefficients, "intercepts": model.intercepts}
    weights = io.BytesIO()
    np.savez_compressed(weights, **arrays)  # type: ignore[arg-type]  # the stub takes them for allow_pickle
    manifest = {
        "format": _FORMAT,
        "weightsSha256": _sha256(weights.getvalue()),
        "heads": model.heads,
        "card": card,
        "vocabulary": model.vocabulary,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    model_id = _sha256(text)[:_ID_DIGITS]
    partial = folder / f".partial-{model_id}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / "model.json").write_bytes(text)
    (partial / "weights.npz").write_bytes(weights.getvalue())
    shutil.rmtree(folder / model_id, ignore_errors=True)
    partial.rename(folder / model_id)
    pointer = folder / ".current"
    pointer.write_text(_sha256(text) + "\n", encoding="ascii")
    os.replace(pointer, folder / "current")
    return model_id


def load_artifact(folder: Path) -> Artifact:
    """Reads the current model after checking its hashes.

    Raises:
        ModelNotLoaded: nothing there, or not what the hashes promise.
    """
    try:
        digest = (folder / "current").read_text(encoding="ascii").strip()
        place = folder / digest[:_ID_DIGITS]
        text = _checked(place / "model.json", digest)
        manifest = json.loads(text)
        weights = _checked(place / "weights.npz", manifest["weightsSha256"])
        model = _model(manifest, weights)
    except FileNotFoundError as error:
        raise ModelNotLoaded(f"{error.filename} is not there: the training job has not written it") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelNotLoaded(f"the model in {folder} cannot be read: {error}") from error
    return Artifact(model_id=digest[:_ID_DIGITS], model=model, card=manifest["card"])


def _model(manifest: Mapping[str, Any], weights: bytes) -> LinearModel:
    if manifest["format"] != _FORMAT:
        raise ValueError(f"its format is {manifest['format']}, this version reads {_FORMAT}")
    with np.load(io.BytesIO(weights), allow_pickle=False) as arrays:
        model = LinearModel(
            vocabulary=tuple(manifest["vocabulary"]),
            heads=tuple(manifest["heads"]),
            idf=arrays["idf"],
            coefficients=arrays["coefficients"],
            intercepts=arrays["intercepts"],
        )
    heads, words = len(model.heads), len(model.vocabulary)
    shapes = (model.idf.shape, model.coefficients.shape, model.intercepts.shape)
    if shapes != ((words,), (heads, words), (heads,)):
        raise ValueError(f"{heads} heads over {words} features do not fit arrays of {shapes}")
    return model


def _checked(path: Path, digest: str) -> bytes:
    content = path.read_bytes()
    if _sha256(content) != digest:
        raise ValueError(f"{path.name} is not what its hash promises")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
