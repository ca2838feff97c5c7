"""Settings as they are read: from the environment, `.env` and mounted files, and nowhere else."""

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from jalur.errors import ConfigurationError
from jalur.settings.settings import Settings

SECRETS_DIR = "JALUR_SECRETS_DIR"


def load_settings() -> Settings:
    """Read the settings; raise `ConfigurationError` that names every setting that is wrong."""
    try:
        return Settings(_secrets_dir=_secrets_folder())
    except ValidationError as error:
        problems = []
        for item in error.errors():
            name = f"JALUR_{str(item['loc'][0]).upper()}: " if item["loc"] else ""
            problems.append(name + item["msg"].removeprefix("Value error, "))
        raise ConfigurationError("; ".join(problems)) from error


def _secrets_folder() -> Path | None:
    """Where secrets are mounted as files, one per setting, such as `jalur_hubspot_token`."""
    # pydantic wants to know it before it reads the settings, so it can be none of them.
    text = os.environ.get(SECRETS_DIR) or dotenv_values(".env").get(SECRETS_DIR)
    if not text:
        return None
    folder = Path(text)
    if not folder.is_dir():
        raise ConfigurationError(f"{SECRETS_DIR}: {folder} is no folder")
    return folder
