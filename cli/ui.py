"""`jalur ui`: Dagster's webserver and daemon on loopback."""

import os
import subprocess
import sys
from pathlib import Path

from cli.dagster_home import prepare
from cli.screen import console
from dagster_project.dbt_project import manifest_path
from jalur.settings import load_settings


def serve(port: int) -> None:
    """Serve until interrupted."""
    settings = load_settings()
    prepare(settings)
    manifest_path(settings)
    console.print(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it)")
    dagster = Path(sys.executable).with_name("dagster")
    arguments = ["dev", "-m", "dagster_project.definitions", "-h", "127.0.0.1", "-p", str(port)]
    try:
        subprocess.run([str(dagster), *arguments], env=os.environ, check=False)
    except KeyboardInterrupt:
        console.print("stopped")
