"""Which message goes where: the routes of `JALUR_ALERT_ROUTES`, a small TOML file."""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alerts.message import SEVERITIES, Labels, Topic
from jalur.errors import ConfigurationError
from jalur.settings import Settings

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
Severity = Annotated[str, Field(pattern=f"^({'|'.join(SEVERITIES)})$")]


class Route(BaseModel):
    """Some channels and the messages they take; what is left out takes everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    urls: tuple[str, ...] = Field(min_length=1)
    topics: tuple[Topic, ...] = ("bottlenecks", "operations", "review")
    severity: Severity = SEVERITIES[0]
    pipelines: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    personal_data: bool = False
    private_network: bool = False

    def takes(self, labels: Labels) -> bool:
        """Whether a message with these labels goes this way.

        A bottleneck concerns a team where it is the team's own, one of its reps', or driven by it.
        """
        if labels.topic not in self.topics:
            return False
        if labels.topic != "bottlenecks":
            return True
        severity = labels.severity or SEVERITIES[0]
        return (
            SEVERITIES.index(severity) >= SEVERITIES.index(self.severity)
            and (not self.pipelines or labels.pipeline_id in self.pipelines)
            and (not self.teams or not set(self.teams).isdisjoint(labels.teams))
        )


class _RouteFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    routes: tuple[Route, ...] = Field(min_length=1)


def load_routes(settings: Settings) -> list[Route]:
    """The routes of the file, and one that takes everything for `JALUR_ALERT_URLS`.

    Raises `ConfigurationError` with the file, the key and what is wrong.
    """
    routes = []
    if settings.alert_urls:
        routes.append(Route(name="JALUR_ALERT_URLS", urls=settings.alert_urls))
    if settings.alert_routes is not None:
        routes.extend(_read(settings.alert_routes.expanduser()))
    return routes


def _read(path: Path) -> tuple[Route, ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"JALUR_ALERT_ROUTES: {path} cannot be read: {error.strerror}"
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: no TOML in UTF-8: {error}") from error
    try:
        routes = _RouteFile.model_validate(content).routes
    except ValidationError as error:
        # The input is not shown: it may hold a secret.
        problems = [
            f"{'.'.join(_place(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_input=False)
        ]
        raise ConfigurationError(f"{path}: {'; '.join(problems)}") from error
    return tuple(
        route.model_copy(update={"urls": tuple(_fill_in(url, route, path) for url in route.urls)})
        for route in routes
    )


def _place(part: int | str) -> str:
    """Where in the file: people count the routes from one."""
    return f"number {part + 1}" if isinstance(part, int) else part


def _fill_in(url: str, route: Route, path: Path) -> str:
    """The URL with `${NAME}` taken from the environment, where secrets live."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1])
        if not found:
            raise ConfigurationError(
                f"{path}: route '{route.name}' needs the environment variable {match[1]},"
                " which is not set"
            )
        return found

    return VARIABLE.sub(value, url)
