"""Histories of deals as Hypothesis makes them up, in rows of the contract."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

TIMEZONE = "America/New_York"
# A Wednesday in the middle of a month and a quarter.
AS_OF = datetime(2026, 5, 20, 16, 30)

# Ends and beginnings of weeks, months and quarters, the day on which clocks go forward, as-of, and
# days after it.
_DAYS = [
    date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 31),
    date(2026, 2, 1), date(2026, 3, 8), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30),
    date(2026, 5, 20), date(2026, 5, 21), date(2026, 6, 30),
]  # fmt: skip
_CLOCKS = [time(0), time(23, 59, 59, 999999), time(20, 30), time(9, 15)]
_STAGES = [("new", "open"), ("talk", "open"), ("won", "won"), ("lost", "lost")]

Row = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """What is recorded of a deal at a moment (UTC): a stage entered, a field set, or its end."""

    at: datetime
    kind: str  # stage, amount, expected_close_date, rep_id, deleted or merged
    value: str = ""
    pipeline_id: str = ""


@dataclass(frozen=True)
class History:
    """One deal; events in order, those of one moment in the order in which they were recorded."""

    deal_id: str
    currency: str
    amount: str | None
    expected_close_date: str | None
    rep_id: str | None
    is_recorded: bool
    events: tuple[Event, ...]

    def named(self, deal_id: str) -> "History":
        """The same history under this id."""
        return replace(self, deal_id=deal_id)


def _in_utc(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(TIMEZONE)).astimezone(UTC)


_days = st.sampled_from(_DAYS) | st.dates(date(2025, 12, 20), date(2026, 5, 30))
_moments = st.builds(_in_utc, _days, st.sampled_from(_CLOCKS))
_amounts = st.sampled_from(["0", "100", "250.50"]) | st.integers(1, 90_000).map(str)
_dates = (st.sampled_from(_DAYS) | st.dates(date(2025, 12, 1), date(2026, 9, 30))).map(str)
_reps = st.sampled_from(["ann", "bob", "eve"])
_pipelines = st.sampled_from(["direct"] * 9 + ["partner"])
_first_stage_ids = st.sampled_from(["new", "talk", "new", "talk", "won"])
_stage_ids = st.sampled_from(["new", "talk", "won", "lost"])
_kinds = st.sampled_from(["stage"] * 4 + ["amount"] * 2 + ["expected_close_date"] * 3 + ["rep_id"])
_values = {"amount": _amounts, "expected_close_date": _dates, "rep_id": _reps}
_ENDS = [("deleted",), ("merged",), ("deleted", "merged")]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """One deal without an id yet."""
    moments = sorted(draw(st.lists(_moments, min_size=5, max_size=9)))
    # Most deals begin open; some with a won stage, or with a field that was set before any stage.
    events = [Event(moments[0], "stage", draw(_first_stage_ids), draw(_pipelines))]
    for _ in range(draw(st.integers(3, 12))):
        # Few moments for many events: ties are common.
        at = draw(st.sampled_from(moments))
        kind = draw(_kinds)
        if kind == "stage":
            events.append(Event(at, kind, draw(_stage_ids), draw(_pipelines)))
        else:
            events.append(Event(at, kind, draw(_values[kind])))
    if draw(st.booleans()):
        del events[0]
    events.sort(key=lambda event: event.at)
    if draw(st.integers(0, 5)) == 0:
        end = max(event.at for event in events) + draw(
            st.sampled_from([timedelta(0), timedelta(hours=1), timedelta(days=20)])
        )
        events += [Event(end, kind) for kind in draw(st.sampled_from(_ENDS))]
    return History(
        deal_id="",
        currency=draw(st.sampled_from(["USD", "EUR", "EUR", "GBP"])),
        amount=draw(st.none() | _amounts),
        expected_close_date=draw(st.none() | _dates),
        rep_id=draw(st.none() | _reps),
        is_recorded=draw(st.integers(0, 9)) > 0,
        events=tuple(events),
    )


def make_histories(count: int, number: int) -> list[History]:
    """At most `count` histories, no two alike; the same number gives the same ones."""
    made: dict[History, str] = {}

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    def collect(history: History) -> None:
        made.setdefault(history, f"d{len(made):04}")

    collect()
    return [history.named(deal_id) for history, deal_id in made.items()]


def rows_of(deals: list[History]) -> dict[str, list[Row]]:
    """The entities that a source would give for these deals."""
    entities: dict[str, list[Row]] = {
        "stages": [
            {"pipeline_id": pipeline, "stage_id": stage, "stage_name": stage, "position": position}
            | {"kind": kind}
            for pipeline in ("direct", "partner")
            for position, (stage, kind) in enumerate(_STAGES, start=1)
        ],
        "deals": [],
        "deal_stage_history": [],
        "deal_field_history": [],
        # No rate for seven days at most: in February there is none for some days.
        "fx_rates": [
            {
                "rate_date": date(2025, 11, 24) + timedelta(days=7 * week),
                "currency": "EUR",
                "rate_to_reporting": f"{1 + week / 64:.4f}",
            }
            for week in range(32)
            if week not in (11, 12)
        ],
    }
    for history in deals:
        entries = [event for event in history.events if event.kind == "stage"]
        last = entries[-1] if entries else Event(history.events[0].at, "stage", "new", "direct")
        deal: Row = {
            "deal_id": history.deal_id,
            "pipeline_id": last.pipeline_id,
            "stage_id": last.value,
            "amount": history.amount,
            "currency": history.currency,
            "expected_close_date": history.expected_close_date,
            "rep_id": history.rep_id,
            "created_at": history.events[0].at.isoformat(),
            "closed_at": last.at.isoformat(),
            "updated_at": "2026-07-01T00:00:00+00:00",
        }
        for event in history.events:
            if event.kind == "deleted":
                deal |= {"is_deleted": "true", "deleted_at": event.at.isoformat()}
            elif event.kind == "merged":
                deal |= {"merged_into_deal_id": "d0000", "merged_at": event.at.isoformat()}
            elif event.kind != "stage":
                entities["deal_field_history"].append(
                    {"deal_id": history.deal_id, "field": event.kind, "value": event.value}
                    | {"changed_at": event.at.isoformat()}
                )
        if history.is_recorded:
            entities["deal_stage_history"] += [
                {
                    "deal_id": history.deal_id,
                    "pipeline_id": entry.pipeline_id,
                    "stage_id": entry.value,
                    "entered_at": entry.at.isoformat(),
                    "sequence": sequence,
                }
                for sequence, entry in enumerate(entries)
            ]
        entities["deals"].append(deal)
    return entities
