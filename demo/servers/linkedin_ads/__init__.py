"""LinkedIn's Marketing API on loopback: its documented reading part over a store tests can edit."""

from demo.servers.linkedin_ads.api import LinkedInAds
from demo.servers.linkedin_ads.store import Store

__all__ = ["LinkedInAds", "Store"]
