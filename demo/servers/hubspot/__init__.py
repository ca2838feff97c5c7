"""HubSpot on loopback: its documented reading API over a store that tests can edit."""

from demo.servers.hubspot.api import HubSpot
from demo.servers.hubspot.limits import Limits
from demo.servers.hubspot.store import Store

__all__ = ["HubSpot", "Limits", "Store"]
