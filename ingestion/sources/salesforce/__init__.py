"""Salesforce, by its REST API and, for what is large, by Bulk API 2.0."""

from ingestion.sources.salesforce.source import extract

__all__ = ["extract"]
