"""Dagster's own folder in the home, shared by the command and the user interface."""

import os

from jalur.settings import Settings

CONFIGURATION = """\
telemetry:
  enabled: false
nux:
  enabled: false
freshness:
  enabled: true
"""


def prepare(settings: Settings) -> None:
    """Make the folder, switch telemetry off and tell Dagster (and its children) where it is."""
    settings.paths.create()
    folder = settings.paths.dagster
    configuration = folder / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION)
    os.environ["DAGSTER_HOME"] = str(folder)
    for name, value in {
        "DO_NOT_TRACK": "1",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }.items():
        os.environ.setdefault(name, value)
