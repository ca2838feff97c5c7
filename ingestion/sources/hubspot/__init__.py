"""HubSpot, by its date-versioned API."""

from ingestion.sources.hubspot.source import extract

__all__ = ["extract"]
