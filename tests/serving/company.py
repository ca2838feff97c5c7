"""A company of two pipelines, small enough to check by eye: what its marts would hold."""

from datetime import UTC, date, datetime
from typing import Any

from tests.serving.marts import Marts

AS_OF = datetime(2026, 6, 30, 23, 59, 59, 999999, tzinfo=UTC)
RUN_ID = "run-1"
PIPELINES = {"new": "New business", "renewal": "Renewal"}
STAGES = ("Qualification", "Proposal", "Legal review")
BOTTLENECK: dict[str, Any] = {
    "bottleneck_id": "b1",
    "source": "files",
    "pipeline_id": "new",
    "pipeline_name": "New business",
    "stage_id": "new-2",
    "stage_name": "Legal review",
    "segment_type": "all",
    "segment": "all",
    "segment_name": None,
    "kind": "slow",
    "began_on": date(2026, 5, 4),
    "opened_on": date(2026, 5, 17),
    "resolved_on": None,
    "severity": "high",
    "part_of_bottleneck_id": None,
    "deals_affected": 64,
    "amount_at_stake_reporting": 1_709_954.66,
    "cost_per_week_reporting": 908_671.26,
    "last_alarm_date": date(2026, 6, 28),
    "window_weeks": 4,
    "deals_observed": 124,
    "deals_expected": 266.6,
    "ratio": 0.465,
    "score": 14.2,
    "threshold": 6.5,
    "certainty": "sure",
    "drivers": "Team East: 49 deals moved on in four weeks where 181 were expected.",
    "actions": "Ask what changed in Legal review for Team East.",
}


def add_stages(marts: Marts, pipeline_id: str, names: tuple[str, ...] = STAGES) -> list[str]:
    """The stages of one pipeline, won and lost after the open ones; returns the open ids."""
    kinds = ["open"] * len(names) + ["won", "lost"]
    for position, (name, kind) in enumerate(zip([*names, "Won", "Lost"], kinds, strict=True)):
        marts.add(
            "dim_pipeline_stages",
            source="files",
            pipeline_id=pipeline_id,
            pipeline_name=PIPELINES[pipeline_id],
            stage_id=f"{pipeline_id}-{position}",
            stage_name=name,
            position=position,
            kind=kind,
        )
    return [f"{pipeline_id}-{position}" for position in range(len(names))]


def add_deals(marts: Marts, pipeline_id: str) -> None:
    """Five open deals (one without an amount), and three won and two lost in the last 90 days."""
    common = {"source": "files", "pipeline_id": pipeline_id, "currency": "USD"}
    for number in range(10):
        status = "open" if number < 5 else "won" if number < 8 else "lost"
        closed = None if status == "open" else datetime(2026, 5, number)
        amount = None if number == 0 else 1000 * number
        marts.add(
            "fct_deals",
            **common,
            deal_id=f"{pipeline_id}-{number}",
            status=status,
            amount=amount,
            amount_reporting=amount,
            created_at=datetime(2026, 3, 1),
            closed_at=closed,
            closed_date=None if closed is None else closed.date(),
            won_at=closed if status == "won" else None,
            won_date=closed.date() if closed and status == "won" else None,
            cycle_days=None if closed is None else (closed.date() - date(2026, 3, 1)).days,
        )


def add_pictures(marts: Marts, pipeline_id: str, names: tuple[str, ...] = STAGES) -> None:
    """What the pictures of one pipeline are drawn from."""
    for position, name in enumerate(names):
        stage = {
            "source": "files",
            "pipeline_id": pipeline_id,
            "stage_id": f"{pipeline_id}-{position}",
            "stage_name": name,
            "stage_position": position,
        }
        everything = {"segment_type": "all", "segment": "all"}
        marts.add(
            "rpt_stage_conversion",
            **stage,
            **everything,
            entry_month=date(2026, 3, 1),
            rule="reached",
            entered=100 - 20 * position,
            converted=70 - 20 * position,
            lost=20,
            other=0,
            open=10,
        )
        for quarter, hours in ((date(2026, 1, 1), 240.0), (date(2026, 4, 1), 480.0)):
            marts.add(
                "rpt_stage_durations",
                **stage,
                **everything,
                entry_quarter=quarter,
                visits=50,
                completed=40,
                km_median_hours=hours,
            )
        for day in (date(2026, 6, 21), date(2026, 6, 28), date(2026, 6, 30)):
            marts.add(
                "rpt_pipeline_daily",
                **stage,
                currency="USD",
                snapshot_date=day,
                open_deals=5,
                open_amount=5000,
                open_amount_reporting=5000,
            )
        for visit in range(20):
            marts.add(
                "fct_stage_visits",
                source="files",
                pipeline_id=pipeline_id,
                deal_id=f"{pipeline_id}-{visit}",
                visit_number=position + 1,
                stage_id=stage["stage_id"],
                stage_name=name,
                stage_position=position,
                stage_kind="open",
                entered_at=datetime(2026, 4, 1),
                exited_at=datetime(2026, 4, 2 + visit),
                exited_date=date(2026, 4, 2 + visit),
                exit_kind="advanced",
                hours_in_stage=24.0 * (1 + visit),
            )
        marts.add(
            "rpt_transition_matrix",
            source="files",
            pipeline_id=pipeline_id,
            from_stage_id=stage["stage_id"],
            from_stage_name=name,
            to_stage_id=f"{pipeline_id}-{position + 1}",
            to_stage_name=(*names, "Won")[position + 1],
            transitions=50,
            exits_of_from_stage=50,
            share_of_exits=1.0,
            median_hours=240.0,
        )
    for months, rate in ((0, 0.0), (1, 0.25), (2, None)):
        marts.add(
            "rpt_deal_cohorts",
            source="files",
            pipeline_id=pipeline_id,
            segment_type="all",
            segment="all",
            created_month=date(2026, 4, 1),
            months_since=months,
            cohort_deals=40,
            won_deals=None if rate is None else int(40 * rate),
            conversion_rate=rate,
            is_mature=rate is not None,
        )


def add_checks(marts: Marts, run_id: str = RUN_ID) -> None:
    """Three checks that passed, one that was not needed, one warning."""
    found = [("passed", 0), ("passed", 0), ("passed", 0), ("skipped", 0), ("failed", 1480)]
    for number, (status, rows) in enumerate(found):
        marts.add(
            "rpt_data_quality",
            run_id=run_id,
            check_name="deals_product_exists" if rows else f"check_{number}",
            source="files",
            entity="deals",
            severity="warning",
            status=status,
            failing_rows=rows,
            detail="1,480 deals name a product that is not listed: GTXPro" if rows else "",
            tool="dbt",
        )


def add_company(marts: Marts, names: tuple[str, ...] = STAGES) -> None:
    """Everything; the stages of the first pipeline may be named otherwise."""
    for pipeline_id in PIPELINES:
        chosen = names if pipeline_id == "new" else STAGES
        add_stages(marts, pipeline_id, chosen)
        add_deals(marts, pipeline_id)
        add_pictures(marts, pipeline_id, chosen)
    marts.add("rpt_bottlenecks", **BOTTLENECK)
    add_checks(marts)
