"""Pipedrive: deals with their change logs, and what belongs to them."""

from ingestion.sources.pipedrive.source import extract

__all__ = ["extract"]
