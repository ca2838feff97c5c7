"""What alerts read of the published file: the bottleneck episodes, and how new the figures are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
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
    "score",
    "threshold",
    "certainty",
    "driver_segment_type",
    "driver_segment",
    "driver_name",
    "drivers",
    "actions",
)
# Deals to move first that a message has room for; the report lists more.
MOST_DEALS = 3
# Days with changes in a year, below which nothing is known of how long a pause can be.
FEWEST_GAPS = 20
# A change of fields that was noticed longer ago than this is none any more.
CHANGE_IS_NEWS_DAYS = 14


@dataclass(frozen=True)
class WaitingDeal:
    """A deal to move first; the amount in the reporting currency, None without a rate."""

    name: str
    amount: Decimal | None
    days_in_stage: int


@dataclass(frozen=True)
class Bottleneck:
    """One episode of `rpt_bottlenecks`; money in the reporting currency, None without a rate.

    `deals_observed` and `deals_expected` count, over `window_weeks`, deals that left the stage
    (leaking: that moved on from it) and those that would have as usual. `resolved_on` is None while
    the episode is open, `segment_name` for a whole stage, `part_of_bottleneck_id` for an episode of
    its own. `teams` are those that it concerns: its own, its rep's, and those of what drives it;
    `first_deals` the few to move first.
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
    score: float | None
    threshold: float | None
    certainty: str | None
    driver_segment_type: str | None
    driver_segment: str | None
    driver_name: str | None
    drivers: str | None
    actions: str | None
    teams: tuple[str, ...] = ()
    first_deals: tuple[WaitingDeal, ...] = ()

    @property
    def series(self) -> str:
        """What the episode is an episode of: one kind of trouble in one stage and segment."""
        place = (self.source, self.pipeline_id, self.stage_id)
        return json.dumps([*place, self.segment_type, self.segment, self.kind])

    @property
    def is_open(self) -> bool:
        return self.resolved_on is None

    @property
    def persons(self) -> set[str]:
        """The names of persons that its texts hold."""
        named = (
            (self.segment_type, self.segment_name),
            (self.driver_segment_type, self.driver_name),
        )
        return {name for kind, name in named if kind == "rep" and name}


@dataclass(frozen=True)
class Quiet:
    """How long a source has been without a change of stage, and was at most in the year before.

    `longest_gap_days` is None where too few days had changes to know what is usual.
    """

    source: str
    newest_change: date
    quiet_days: int
    longest_gap_days: int | None


@dataclass(frozen=True)
class ChangedFields:
    """What a source has changed in the records of a stream; `detail` names the fields.

    `run_id` is the run that noticed it.
    """

    run_id: str
    source: str
    stream: str
    detail: str


@dataclass(frozen=True)
class Published:
    """What alerts need to know of one publication; times aware, UTC; episodes oldest first."""

    run_id: str
    as_of: datetime
    published_at: datetime
    bottlenecks: list[Bottleneck]
    quiet: list[Quiet]
    changed_fields: list[ChangedFields]


def read_published(database: Path) -> Published:
    """Read the published file.

    The symlink is resolved once, so a publication in the middle of the reading changes nothing.
    Raises `JalurError` where the file cannot be read or lacks the marts.
    """
    with _opened(database) as connection:
        publication = connection.execute(
            "select run_id, as_of, published_at from marts.mart_publication"
        ).fetchone()
        if publication is None:
            raise JalurError(
                f"{database}: mart_publication is empty; run `jalur run` to publish anew"
            )
        run_id, as_of, published_at = publication
        return Published(
            run_id,
            as_of.replace(tzinfo=UTC),
            published_at.replace(tzinfo=UTC),
            _bottlenecks(connection),
            _quiet(connection, as_of),
            _changed_fields(connection, published_at),
        )


@contextmanager
def _opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with duckdb.connect(str(database.resolve()), read_only=True) as connection:
            yield connection
    except duckdb.Error as error:
        raise JalurError(
            f"{database}: the published file cannot be evaluated for alerts; run `jalur run` to "
            f"publish it anew ({error})"
        ) from error


def _bottlenecks(connection: duckdb.DuckDBPyConnection) -> list[Bottleneck]:
    rows = connection.execute(
        f"""
        select
            {", ".join(f"episodes.{column}" for column in COLUMNS)},
            list_distinct(list_filter(
                [
                    case segment_type when 'team' then segment end,
                    case driver_segment_type when 'team' then driver_segment end,
                    own_rep.team,
                    driving_rep.team
                ],
                lambda team: team is not null
            )) as teams
        from marts.rpt_bottlenecks as episodes
        left join marts.dim_reps as own_rep
            on episodes.segment_type = 'rep'
            and episodes.source = own_rep.source and episodes.segment = own_rep.rep_id
        left join marts.dim_reps as driving_rep
            on episodes.driver_segment_type = 'rep'
            and episodes.source = driving_rep.source
            and episodes.driver_segment = driving_rep.rep_id
        order by opened_on, bottleneck_id
        """
    ).fetchall()
    deals = _first_deals(connection)
    return [
        Bottleneck(
            **dict(zip(COLUMNS, values, strict=True)),
            teams=tuple(teams),
            first_deals=tuple(deals.get(values[0], ())),
        )
        for *values, teams in rows
    ]


def _first_deals(connection: duckdb.DuckDBPyConnection) -> dict[str, list[WaitingDeal]]:
    """By bottleneck, the deals to move first."""
    rows = connection.execute(
        """
        select bottleneck_id, coalesce(deal_name, deal_id), amount_reporting, days_in_stage
        from marts.rpt_bottleneck_deals
        where place <= ?
        order by bottleneck_id, place
        """,
        [MOST_DEALS],
    ).fetchall()
    deals: dict[str, list[WaitingDeal]] = {}
    for bottleneck_id, *values in rows:
        deals.setdefault(bottleneck_id, []).append(WaitingDeal(*values))
    return deals


def _quiet(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> list[Quiet]:
    """Per source: days up to as-of without a change, and the longest such gap in a year."""
    rows = connection.execute(
        """
        with days as (
            select distinct source, transitioned_date as change_date
            from marts.fct_stage_transitions
            where transitioned_date is not null and not is_inferred_history
        ),
        gaps as (
            select
                source,
                change_date,
                change_date - lag(change_date) over (
                    partition by source order by change_date
                ) as gap_days
            from days
        )
        select
            source,
            max(change_date) as newest_change,
            $as_of::date - max(change_date) as quiet_days,
            case
                when count(gap_days) filter (where change_date > $as_of::date - 365) >= $fewest
                    then max(gap_days) filter (where change_date > $as_of::date - 365)
            end as longest_gap_days
        from gaps
        group by source
        order by source
        """,
        {"as_of": as_of, "fewest": FEWEST_GAPS},
    ).fetchall()
    return [Quiet(*row) for row in rows]


def _changed_fields(
    connection: duckdb.DuckDBPyConnection, published_at: datetime
) -> list[ChangedFields]:
    """What extractions noticed lately (`ingestion/api/shapes.py`), also of runs not published."""
    rows = connection.execute(
        """
        select run_id, source, entity, detail
        from marts.rpt_data_quality
        where
            status = 'failed'
            and check_name = entity || '_fields_as_before'
            and checked_at > $published_at - $days * interval 1 day
        order by run_id, source, entity
        """,
        {"published_at": published_at, "days": CHANGE_IS_NEWS_DAYS},
    ).fetchall()
    return [ChangedFields(*row) for row in rows]
