"""Every setting of an installation, its default, and what is refused of it."""

from jalur.settings.loading import SECRETS_DIR, load_settings
from jalur.settings.settings import SOURCES, Settings

__all__ = ["SECRETS_DIR", "SOURCES", "Settings", "load_settings"]
