"""Versions the schemas of both stores."""
