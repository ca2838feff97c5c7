"""A review as facts in words: what the page and the lines for chat both say."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from jalur.formats import money
from serving.report.data import Pipeline, Rows, pipelines
from serving.review import data, wording
from serving.review.weeks import Week


@dataclass(frozen=True)
class Stuck:
    """A bottleneck in words, and the names of persons in them."""

    name: str
    what: str
    held_up: str
    driver: str = ""
    action: str = ""
    persons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """What is said of one pipeline; `deals` is None where the lists are not of this week."""

    name: str
    headline: str
    moved: list[str]
    stuck: list[Stuck]
    close: list[str]
    deals: Rows | None
    bridge: Rows = field(default_factory=list)
    won: Rows = field(default_factory=list)
    forecast: Rows = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """A whole review."""

    week: Week
    until: date
    currency: str
    sections: list[Section]
    target: str | None


def read_content(
    connection: duckdb.DuckDBPyConnection, week: Week, until: date, is_newest: bool, currency: str
) -> Content:
    """Read the review of a week; `until` is the last business date that is to be known of."""
    found = pipelines(connection)
    sources = dict.fromkeys(pipeline.source for pipeline in found)
    sections = [
        _section(connection, pipeline, week, until, is_newest, currency) for pipeline in found
    ]
    targets = [data.target(connection, source, week) for source in sources]
    # One that several sources work for is told once.
    by_source = {target["source"]: target for target in targets if target}
    told = [
        wording.target(
            target, week, currency, source if len(sources) > 1 and source in sources else None
        )
        for source, target in by_source.items()
    ]
    return Content(
        week,
        until,
        currency,
        [section for section in sections if section.moved or section.stuck or section.deals],
        " ".join(text for text in told if text) or None,
    )


def _section(
    connection: duckdb.DuckDBPyConnection,
    pipeline: Pipeline,
    week: Week,
    until: date,
    is_newest: bool,
    currency: str,
) -> Section:
    moved = data.moved(connection, pipeline, week)
    forecast = data.forecast(connection, pipeline, until)
    lines = [
        *(wording.movement(row, currency) for row in moved),
        wording.reason(data.loss_reason(connection, pipeline, week)),
        wording.velocity(data.velocity(connection, pipeline, week), currency),
    ]
    return Section(
        name=pipeline.name,
        headline=wording.headline(moved, currency),
        moved=[line for line in lines if line],
        stuck=[
            _stuck(row, currency) if is_newest else _stuck_then(row)
            for row in data.stuck(connection, pipeline, week)
        ],
        close=[wording.expectation(row, currency) for row in forecast],
        deals=_deals(connection, pipeline, currency) if is_newest else None,
        bridge=moved,
        won=data.won_by_month(connection, pipeline, until),
        forecast=forecast,
    )


def _stuck_then(row: dict[str, Any]) -> Stuck:
    """Of a past week: deals, money and drivers are known of an episode's last week only."""
    return Stuck(
        name=_place(row),
        what=wording.happening(row),
        held_up=wording.in_that_week(row),
        persons=_persons(row),
    )


def _place(row: dict[str, Any]) -> str:
    part = f", {row['segment_name']}" if row["segment_name"] else ""
    return f"{row['stage_name']}{part}"


def _persons(row: dict[str, Any]) -> tuple[str, ...]:
    named = (
        (row["segment_type"], row["segment_name"]),
        (row["driver_segment_type"], row["driver_name"]),
    )
    return tuple(name for kind, name in named if kind == "rep" and name)


def _stuck(row: dict[str, Any], currency: str) -> Stuck:
    return Stuck(
        name=_place(row),
        what=wording.bottleneck(row),
        held_up=f"{wording.held_up(row, currency)} {wording.certainty(row)}".strip(),
        driver=row["drivers"] or "",
        action=row["actions"] or "",
        persons=_persons(row),
    )


def _deals(connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, currency: str) -> Rows:
    return [
        {**row, "worth": money(row["amount_reporting"], currency)}
        for row in data.deals_to_move(connection, pipeline)
    ]
