"""A Salesforce on loopback: what of its REST and Bulk API 2.0 a sales warehouse reads."""

from demo.servers.salesforce.api import SalesforceServer
from demo.servers.salesforce.store import Store

__all__ = ["SalesforceServer", "Store"]
