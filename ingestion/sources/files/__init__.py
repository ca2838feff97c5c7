"""The `files` source: a folder of exports in CSV, JSONL or Parquet."""

from ingestion.sources.files.source import extract

__all__ = ["extract"]
