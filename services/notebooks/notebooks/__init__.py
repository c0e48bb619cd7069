"""JupyterLab over the trial data."""

__version__ = "0.1.0"
