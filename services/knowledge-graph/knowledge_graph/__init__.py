"""Loads CTKG-shaped entities of clinical trials into Neo4j."""

__version__ = "0.1.0"
