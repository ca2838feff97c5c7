"""The simulated company: a seeded world to see Jalur at work, on platforms and in files.

Its platforms are served on loopback and read by the connectors that everybody uses.
"""

from demo.generator import generate
from demo.platforms import connected, refuse_demo_rows
from demo.source import extract
from demo.world import LAST_DAY

__all__ = ["LAST_DAY", "connected", "extract", "generate", "refuse_demo_rows"]
