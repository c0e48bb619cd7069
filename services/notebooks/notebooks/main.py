"""The two commands: the notebook server, and a notebook run without anybody watching."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "work"
_CONFIG = ROOT / "config" / "jupyter_server_config.py"
_MIN_TOKEN_LENGTH = 20
_CELL_SECONDS = 120
_USAGE = "usage: python -m notebooks serve | run NOTEBOOK"


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Exits with 0 run to its end, 1 a cell has failed, 2 wrongly called or configured."""
    match list(arguments):
        case ["serve"]:
            return _serve(environment)
        case ["run", path]:
            return _run(Path(path))
    return _refuse(_USAGE)


def bring_notebooks(folder: Path) -> None:
    """Puts the bundled notebooks where people work; what is there already is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(BUNDLED.glob("*.ipynb")):
        target = folder / notebook.name
        if not target.exists():
            shutil.copyfile(notebook, target)


def _serve(environment: Mapping[str, str]) -> int:
    """Becomes the server. It reads its token from the environment or a file itself, and never logs it."""
    token = _token(environment)
    if len(token) < _MIN_TOKEN_LENGTH:
        return _refuse(
            f"set JUPYTER_TOKEN or JUPYTER_TOKEN_FILE to a token of at least {_MIN_TOKEN_LENGTH} characters"
        )
    folder = Path(environment.get("WORK_FOLDER") or "/data")
    try:
        bring_notebooks(folder)
    except OSError as error:
        return _refuse(f"WORK_FOLDER: {folder}: {error.strerror}")
    settled = {**environment, "WORK_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    os.execvpe("jupyter-lab", ["jupyter-lab", f"--config={_CONFIG}"], settled)


def _token(environment: Mapping[str, str]) -> str:
    path = environment.get("JUPYTER_TOKEN_FILE")
    if not path:
        return environment.get("JUPYTER_TOKEN", "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _run(path: Path) -> int:
    """Runs every cell and prints what they show as text."""
    if not path.is_file():
        return _refuse(f"{path} is not a file")
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    try:
        NotebookClient(notebook, timeout=_CELL_SECONDS, kernel_name="python3").execute(
            env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
    except CellExecutionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            sys.stdout.write(str(output.get("text") or output.get("data", {}).get("text/plain", "")) + "\n")
    return 0


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 2
