"""Google Ads, by the REST form of its API."""

from ingestion.sources.google_ads.source import extract

__all__ = ["extract"]
