"""LinkedIn Ads, by its versioned Marketing API."""

from ingestion.sources.linkedin_ads.source import extract

__all__ = ["extract"]
