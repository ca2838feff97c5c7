"""Pipedrive on loopback: its documented reading API over a store that tests can edit."""

from demo.servers.pipedrive.api import Pipedrive
from demo.servers.pipedrive.limits import Limits
from demo.servers.pipedrive.store import Store

__all__ = ["Limits", "Pipedrive", "Store"]
