"""Meta Ads (Facebook, Instagram), by the Marketing API."""

from ingestion.sources.meta_ads.source import extract

__all__ = ["extract"]
