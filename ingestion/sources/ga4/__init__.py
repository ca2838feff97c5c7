"""Google Analytics 4, by its Data API."""

from ingestion.sources.ga4.source import extract

__all__ = ["extract"]
