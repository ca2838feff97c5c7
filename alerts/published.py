"""What alerts read of the published file: the bottleneck episodes, and the moment they describe."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from jalur.errors import JalurError

COLUMNS = (
    "bottleneck_id",
    "source",
    "pipeline_id",
    "pipeline_name",
    "stage_id",
    "stage_name",
    "segment_type",
    "segment",
    "segment_name",
    "kind",
    "began_on",
    "opened_on",
    "resolved_on",
    "severity",
    "part_of_bottleneck_id",
    "deals_affected",
    "amount_at_stake_reporting",
    "cost_per_week_reporting",
    "window_weeks",
    "deals_observed",
    "deals_expected",
    "ratio",
    "drivers",
    "actions",
)


@dataclass(frozen=True)
class Bottleneck:
    """One episode of `rpt_bottlenecks`; money in the reporting currency, None without a rate.

    `deals_observed` and `deals_expected` count, over `window_weeks`, deals that left the stage
    (leaking: that moved on from it) and those that would have as usual. `resolved_on` is None while
    the episode is open, `segment_name` for a whole stage, `part_of_bottleneck_id` for an episode of
    its own.
    """

    bottleneck_id: str
    source: str
    pipeline_id: str
    pipeline_name: str
    stage_id: str
    stage_name: str
    segment_type: str
    segment: str
    segment_name: str | None
    kind: str
    began_on: date
    opened_on: date
    resolved_on: date | None
    severity: str
    part_of_bottleneck_id: str | None
    deals_affected: int
    amount_at_stake_reporting: Decimal | None
    cost_per_week_reporting: Decimal | None
    window_weeks: int
    deals_observed: int | None
    deals_expected: float | None
    ratio: float | None
    drivers: str | None
    actions: str | None

    @property
    def series(self) -> str:
        """What the episode is an episode of: one kind of trouble in one stage and segment."""
        place = (self.source, self.pipeline_id, self.stage_id)
        return json.dumps([*place, self.segment_type, self.segment, self.kind])


def read_bottlenecks(database: Path) -> tuple[datetime, list[Bottleneck]]:
    """The as-of moment (aware, UTC) of the published file and its episodes, oldest first.

    The symlink is resolved once, so a publication in the middle of the reading changes nothing.
    Raises `JalurError` where the file cannot be read or lacks the marts.
    """
    try:
        with duckdb.connect(str(database.resolve()), read_only=True) as connection:
            publication = connection.execute("select as_of from marts.mart_publication").fetchone()
            rows = connection.execute(
                f"select {', '.join(COLUMNS)} from marts.rpt_bottlenecks "
                "order by opened_on, bottleneck_id"
            ).fetchall()
    except duckdb.Error as error:
        raise JalurError(
            f"{database}: the published file cannot be evaluated for alerts; run `jalur run` to "
            f"publish it anew ({error})"
        ) from error
    if publication is None:
        raise JalurError(f"{database}: mart_publication is empty; run `jalur run` to publish anew")
    return publication[0].replace(tzinfo=UTC), [Bottleneck(*row) for row in rows]
