"""Mailchimp's Marketing API on loopback: its documented reading part over a store to edit."""

from demo.servers.mailchimp.api import MailchimpServer
from demo.servers.mailchimp.store import Store

__all__ = ["MailchimpServer", "Store"]
