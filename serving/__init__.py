"""Serving: what BI tools and people open. Readers never block and never see half a refresh."""

from serving.publication import Publication, current_publication
from serving.publisher import publish

__all__ = ["Publication", "current_publication", "publish"]
