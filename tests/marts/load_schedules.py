"""Deals whose rows arrive in several loads: late, out of order, repeated, corrected, removed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.marts.deal_histories import Row, histories, rows_of

LOADS = 3
# What each schedule has of its own; the rest is shared by all.
_IDS = ("deal_id", "pipeline_id", "merged_into_deal_id")

# Ann stays where she is, so that the deals of most loads have something else to be found by.
_REPS: list[list[Row]] = [
    [{"rep_id": rep_id, "name": rep_id, "team": "team 0"} for rep_id in ("ann", "bob")],
    [{"rep_id": "bob", "name": "bob", "team": "team 1"}],
    [{"rep_id": "eve", "name": "eve", "team": "team 1"}],
]

Load = dict[str, list[Row]]


@dataclass(frozen=True)
class Schedule:
    """What each load brings, in its order; ids are the schedule's own (see `named`)."""

    loads: tuple[Load, ...]

    def named(self, name: str) -> tuple[Load, ...]:
        """The loads with ids that no schedule of another name has."""
        return tuple(
            {
                entity: [
                    {k: f"{name}-{v}" if k in _IDS and v else v for k, v in row.items()}
                    for row in rows
                ]
                for entity, rows in load.items()
            }
            for load in self.loads
        )


def _deal_versions(draw: st.DrawFn, deal: Row) -> list[Row]:
    """The deal as it came to be, perhaps as it was before, perhaps corrected at the same time."""
    versions = [deal]
    if draw(st.booleans()):
        was = {k: v for k, v in deal.items() if "delet" not in k and "merge" not in k}
        was |= {"amount": "77", "rep_id": "eve", "updated_at": "2026-01-01T00:00:00+00:00"}
        versions.append(was)
    if draw(st.integers(0, 3)) == 0:
        versions.append(deal | {"amount": "88", "lead_source": "fair"})
    if "is_deleted" in deal and draw(st.booleans()):
        # Taken back ten days before as-of.
        restored = {k: v for k, v in deal.items() if "delet" not in k}
        versions[0] = deal | {"updated_at": "2026-05-01T00:00:00+00:00"}
        versions.append(restored | {"updated_at": "2026-05-10T00:00:00+00:00"})
    return versions


def _stage_versions(draw: st.DrawFn, stage: Row) -> list[Row]:
    """The stage, perhaps renamed, perhaps moved to another place."""
    change = draw(st.sampled_from(["", "", "", "renamed", "moved"]))
    if change == "renamed":
        return [stage, stage | {"stage_name": "Renamed"}]
    if change == "moved":
        return [stage, stage | {"position": stage["position"] + 10}]
    return [stage]


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """One to three deals, their stages and the loads that bring them."""
    deals = draw(st.lists(histories(), min_size=1, max_size=3))
    whole = rows_of([deal.named(f"d{number}") for number, deal in enumerate(deals)])
    has_sequence = draw(st.booleans())
    versions: list[tuple[str, Row]] = []
    for entity in ("stages", "deals", "deal_stage_history", "deal_field_history"):
        for row in whole[entity]:
            if entity == "deals":
                rows = _deal_versions(draw, row)
            elif entity == "stages":
                rows = _stage_versions(draw, row)
            else:
                rows = [row if has_sequence else {k: v for k, v in row.items() if k != "sequence"}]
                if draw(st.integers(0, 9)) == 0:
                    rows.append(rows[0] | {"is_deleted": "true"})
            versions += [(entity, version) for version in rows]
    loads: tuple[Load, ...] = tuple({} for _ in range(LOADS))
    for entity, row in draw(st.permutations(versions)):
        # Most rows come once; some come again, be it in the same load.
        for number in draw(st.lists(st.integers(0, LOADS - 1), min_size=1, max_size=2)):
            loads[number].setdefault(entity, []).append(row)
    return Schedule(loads)


def make_schedules(count: int, number: int) -> list[Schedule]:
    """At most `count` schedules; the same number gives the same ones."""
    made: list[Schedule] = []

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules())
    def collect(schedule: Schedule) -> None:
        made.append(schedule)

    collect()
    return made


def combined(made: dict[str, Schedule]) -> list[Load]:
    """The loads of all schedules together, with what they share: rates, reps and teams."""
    loads: list[Load] = [dict[str, list[Row]]() for _ in range(LOADS)]
    for name, schedule in made.items():
        for load, part in zip(loads, schedule.named(name), strict=True):
            for entity, rows in part.items():
                load.setdefault(entity, []).extend(rows)
    for number, load in enumerate(loads):
        load["reps"] = _REPS[number]
        load["fx_rates"] = [_rate(week, number) for week in range(32) if week % LOADS == number]
    return loads


def _rate(week: int, number: int) -> dict[str, Any]:
    rate_date = date(2025, 11, 24) + timedelta(days=7 * week)
    return {
        "rate_date": rate_date.isoformat(),
        "currency": "EUR",
        "rate_to_reporting": f"{1 + week / 64 + number / 8:.4f}",
    }
