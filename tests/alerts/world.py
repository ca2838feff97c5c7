"""A home with a small published file, so that alerts are tested without a whole run."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from jalur.settings import Settings
from jalur.state import open_state

EPISODE: dict[str, Any] = {
    "source": "demo",
    "pipeline_id": "new_business",
    "pipeline_name": "New business",
    "bottleneck_id": "b1",
    "stage_id": "legal",
    "stage_name": "Legal review",
    "segment_type": "all",
    "segment": "all",
    "segment_name": None,
    "kind": "slow",
    "began_on": date(2025, 10, 20),
    "opened_on": date(2025, 11, 3),
    "resolved_on": None,
    "severity": "high",
    "part_of_bottleneck_id": None,
    "deals_affected": 87,
    "amount_at_stake_reporting": 1234567.8901,
    "cost_per_week_reporting": 45000,
    "window_weeks": 4,
    "deals_observed": 14,
    "deals_expected": 35.2,
    "ratio": 14 / 35.2,
    "score": 21.4,
    "threshold": 6.5,
    "certainty": "very sure",
    "driver_segment_type": None,
    "driver_segment": None,
    "driver_name": None,
    "drivers": "82% of the waiting deals are larger than usual",
    "actions": "Ask legal for a standard contract",
}
TABLE = """
create schema marts;
create table marts.mart_publication (run_id text, as_of timestamp, published_at timestamp);
create table marts.rpt_data_quality (
    run_id text, check_name text, source text, entity text, status text, detail text,
    checked_at timestamp
);
create table marts.dim_reps (source text, rep_id text, team text);
create table marts.rpt_bottleneck_deals (
    bottleneck_id text, place integer, deal_id text, deal_name text,
    amount_reporting decimal(18, 4), days_in_stage integer
);
create table marts.fct_stage_transitions (
    source text, transitioned_date date, is_inferred_history boolean
);
create table marts.rpt_bottlenecks (
    source text, pipeline_id text, pipeline_name text, bottleneck_id text, stage_id text,
    stage_name text, segment_type text, segment text, segment_name text, kind text, began_on date,
    opened_on date, resolved_on date, severity text, part_of_bottleneck_id text,
    deals_affected bigint, amount_at_stake_reporting decimal(18, 4),
    cost_per_week_reporting decimal(18, 4), window_weeks integer, deals_observed bigint,
    deals_expected double, ratio double,
    score double, threshold double, certainty text, driver_segment_type text, driver_segment text,
    driver_name text, drivers text, actions text
);
"""


@dataclass
class World:
    """One home: publish episodes into it, look at what came out."""

    settings: Settings
    runs: int = 0

    def publish(
        self,
        *changes: dict[str, Any],
        as_of: str = "2025-12-31 23:59:59.999999",
        published_at: datetime | None = None,
        changed_on: Iterable[date] = (),
        changed_fields: str | None = None,
    ) -> None:
        """Publish one episode per dict of changed columns, as of a naive UTC time.

        Published now where nothing else is said; deals changed their stage on the days given, and
        the fields of a source's deals as told.
        """
        self.runs += 1
        paths = self.settings.paths
        run_id = f"run{self.runs}"
        paths.revision(run_id).mkdir(parents=True)
        with duckdb.connect(str(paths.revision(run_id) / "sales_pipeline.duckdb")) as database:
            database.execute(TABLE)
            database.execute(
                "insert into marts.mart_publication values (?, ?, ?)",
                [
                    run_id,
                    as_of,
                    (published_at or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None),
                ],
            )
            database.execute("insert into marts.dim_reps values ('demo', 'R-1', 'North')")
            for place, name in enumerate(("Acme", "Bolt", "Cord", "Dyne"), start=1):
                database.execute(
                    "insert into marts.rpt_bottleneck_deals values ('b1', ?, ?, ?, ?, ?)",
                    [place, f"D-{place}", name, 50_000 / place, 40 + place],
                )
            if changed_fields is not None:
                database.execute(
                    "insert into marts.rpt_data_quality values"
                    " ('noticed', 'deals_fields_as_before', 'hubspot', 'deals', 'failed', ?,"
                    " now())",
                    [changed_fields],
                )
            for day in changed_on:
                database.execute(
                    "insert into marts.fct_stage_transitions values ('demo', ?, false)", [day]
                )
            for change in changes:
                row = list((EPISODE | change).values())
                marks = ", ".join("?" for _ in row)
                database.execute(f"insert into marts.rpt_bottlenecks values ({marks})", row)
        staged = paths.root / "serving.new"
        staged.symlink_to(paths.revision(run_id))
        staged.replace(paths.serving)
        with open_state(paths) as state:
            moment = datetime.fromisoformat(as_of).isoformat() + "+00:00"
            state.execute(
                "insert into publications values (?, ?, ?, '1', 0)", (run_id, moment, moment)
            )

    def outbox(self) -> list[dict[str, Any]]:
        """Every row of the outbox, oldest first."""
        with open_state(self.settings.paths) as state:
            rows = state.execute("select * from outbox order by message_id").fetchall()
        return [dict(row) for row in rows]

    def lines(self) -> list[dict[str, Any]]:
        """Every message in the file of the default channel."""
        if not self.settings.paths.alerts.exists():
            return []
        text = self.settings.paths.alerts.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def age_claims(self) -> None:
        """As if every claim were made long ago."""
        with open_state(self.settings.paths) as state:
            state.execute(
                "update outbox set claimed_at = '2000-01-01' where claimed_at is not null"
            )


def routes_to(*urls: str, more: str = "") -> str:
    """A file of one route that may reach this machine."""
    listed = ", ".join(f'"{url}"' for url in urls)
    return f'[[routes]]\nname = "all"\nurls = [{listed}]\nprivate_network = true\n{more}\n'
