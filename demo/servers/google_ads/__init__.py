"""Google Ads on loopback: its reading REST API, over campaigns that tests can change."""

from demo.servers.google_ads.api import GoogleAds
from demo.servers.google_ads.store import Store

__all__ = ["GoogleAds", "Store"]
