"""The simulated company: a seeded world to see Jalur at work, landed like any folder of files."""

from demo.generator import generate
from demo.source import extract
from demo.world import LAST_DAY

__all__ = ["LAST_DAY", "extract", "generate"]
