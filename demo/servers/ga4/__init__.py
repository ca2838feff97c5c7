"""Google's Analytics Data API on loopback: reports over a store that tests can edit."""

from demo.servers.ga4.api import Analytics
from demo.servers.ga4.store import Property, Store

__all__ = ["Analytics", "Property", "Store"]
