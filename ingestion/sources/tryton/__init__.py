"""Tryton: opportunities with every revision that its history table keeps."""

from ingestion.sources.tryton.source import extract

__all__ = ["extract"]
