"""Meta's Marketing API on loopback: its reading part, over campaigns that tests can change."""

from demo.servers.meta_ads.api import MetaAds
from demo.servers.meta_ads.store import Store

__all__ = ["MetaAds", "Store"]
