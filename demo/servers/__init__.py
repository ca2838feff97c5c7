"""Vendors' APIs on loopback, filled with the demo company: what connectors are tested against."""
