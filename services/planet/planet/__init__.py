"""Predictions about the arms of trials, from a model that this package trains."""

__version__ = "0.1.0"
