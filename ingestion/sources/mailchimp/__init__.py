"""Mailchimp, by its Marketing API."""

from ingestion.sources.mailchimp.source import extract

__all__ = ["extract"]
