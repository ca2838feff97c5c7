"""Aalen-Johansen in SQL against its definition, lifelines, statsmodels and the plain rate."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import lifelines
import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from tests.marts.aalen_johansen import Point, Stay, curve, first_unknown_day
from tests.marts.random_company import AS_OF, Company
from tests.marts.reference import Visit, visits_of

HORIZONS = (30, 60, 90, 180, 365)
OUTCOMES = ("open", "converted", "lost", "other")
LAST_DATE = AS_OF.date()
WINDOW_START = LAST_DATE - timedelta(days=89)


class Horizon(NamedTuple):
    """What is published for one number of days; None = unknown."""

    day: int
    at_risk: int
    estimate: float | None
    standard_error: float | None
    staying: float | None


class Curves:
    """The models that make curves and figures of stays, run on stays of our own."""

    def __init__(self, compiled: Path) -> None:
        folder = compiled / "compiled" / "jalur" / "models" / "intermediate"
        self._models = {
            name: (folder / f"{name}.sql").read_text()
            for name in (
                "int_stage_risk_sets",
                "int_stage_conversion_curves",
                "int_stage_conversion_horizons",
            )
        }

    def of(self, series: dict[str, list[Stay]]) -> dict[str, list[Point]]:
        rows = self._run(
            series,
            "select segment, day_in_stage, at_risk, estimate, standard_error, lost_estimate,"
            " staying_estimate, staying_standard_error"
            " from warehouse.intermediate.int_stage_conversion_curves"
            " order by segment, day_in_stage",
        )
        return {name: [Point(*row[1:]) for row in rows if row[0] == name] for name in series}

    def at_horizons(self, series: dict[str, list[Stay]]) -> dict[str, list[Horizon]]:
        rows = self._run(
            series,
            "select segment, horizon_day, at_risk, estimate, standard_error, staying_estimate"
            " from warehouse.intermediate.int_stage_conversion_horizons"
            " order by segment, horizon_day",
        )
        return {name: [Horizon(*row[1:]) for row in rows if row[0] == name] for name in series}

    def _run(self, series: dict[str, list[Stay]], query: str) -> list[tuple[Any, ...]]:
        frame = pd.DataFrame(  # noqa: F841
            [
                (name, stay.entry_day, stay.exit_day, stay.outcome)
                for name, stays in series.items()
                for stay in stays
            ],
            columns=["segment", "entry_day", "exit_day", "outcome"],
        )
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as warehouse")
            connection.execute("create schema warehouse.intermediate")
            connection.execute(
                "create table warehouse.intermediate.int_stage_observed_stays as"
                " select 'crm' as source, 'sales' as pipeline_id, 's' as stage_id,"
                " 'all' as segment_type, segment, 'window' as form, date '2026-01-01' as"
                " period_start_date, date '2026-01-01' as period_end_date, entry_day, exit_day,"
                " outcome, count(*) as stays from frame group by all"
            )
            for name, sql in self._models.items():
                connection.execute(f"create table warehouse.intermediate.{name} as {sql}")
            return connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def curves(marts: duckdb.DuckDBPyConnection) -> Curves:
    ((path,),) = marts.sql("select path from duckdb_databases() where path is not null").fetchall()
    return Curves(Path(path).parent / "dbt")


def _random(seed: int, stays: int, *, days: int, truncated: bool, tied: bool = True) -> list[Stay]:
    """Half of the stays censored; with ties, many on each day, some of no length at all."""
    random = np.random.default_rng(seed)
    exits = (
        random.integers(0, days, stays)
        if tied
        else random.choice(np.arange(1, days * stays), stays, replace=False)
    )
    entries = np.where(
        (random.random(stays) < 0.5) & truncated, random.integers(-1, np.maximum(exits, 0)), -1
    )
    outcomes = random.choice(OUTCOMES, stays, p=[0.5, 0.25, 0.15, 0.1])
    return [
        Stay(int(entry), int(exit_), str(outcome))
        for entry, exit_, outcome in zip(entries, exits, outcomes, strict=True)
    ]


def _assert_equal(found: list[Point], expected: list[Point]) -> None:
    assert [(point.day, point.at_risk) for point in found] == [
        (point.day, point.at_risk) for point in expected
    ]
    for mine, reference in zip(found, expected, strict=True):
        for name in ("estimate", "lost_estimate", "staying"):
            assert getattr(mine, name) == pytest.approx(getattr(reference, name), abs=1e-10)
        for name in ("standard_error", "staying_standard_error"):
            variances = getattr(mine, name) ** 2, getattr(reference, name) ** 2
            assert variances[0] == pytest.approx(variances[1], rel=1e-8, abs=1e-14)


def test_a_hand_worked_case(curves: Curves) -> None:
    """Day 1: 1/5 converts. Day 2: one of four is lost. Day 3: 1/5 + 4/5 x 3/4 x 1/2 = 1/2."""
    stays = [
        Stay(-1, 1, "converted"), Stay(-1, 2, "lost"), Stay(-1, 2, "open"),
        Stay(-1, 3, "converted"), Stay(-1, 4, "open"),
    ]  # fmt: skip
    found = curves.of({"s": stays})["s"]
    assert [point.estimate for point in found] == pytest.approx([0.2, 0.2, 0.5], abs=1e-15)
    assert [point.lost_estimate for point in found] == pytest.approx([0, 0.2, 0.2], abs=1e-15)
    assert found[-1].staying == pytest.approx(0.3, abs=1e-15)


def test_stays_of_no_length_are_exact(curves: Curves) -> None:
    stays = [Stay(-1, 0, "converted")] * 3 + [Stay(-1, 0, "lost")] + [Stay(-1, 5, "open")] * 4
    (point,) = curves.of({"s": stays})["s"]
    assert (point.day, point.at_risk, point.estimate) == (0, 8, 0.375)


def test_the_definition_with_ties_and_truncation(curves: Curves) -> None:
    series = {
        f"{seed:02}": _random(seed, 40 + 8 * seed, days=12 + 3 * seed, truncated=True)
        for seed in range(30)
    }
    found = curves.of(series)
    for name, stays in series.items():
        _assert_equal(found[name], curve(stays))


def test_nothing_is_known_where_nobody_was_watched_from_the_start(curves: Curves) -> None:
    """100 entered before the window, six of the twenty left convert in it: six of how many?"""
    stays = [Stay(30, 40, "converted")] * 6 + [Stay(30, 120, "open")] * 14
    assert curves.of({"s": stays})["s"] == []
    assert curves.at_horizons({"s": stays})["s"] == [
        Horizon(30, 0, None, None, None),
        Horizon(60, 14, None, None, None),
        Horizon(90, 14, None, None, None),
        Horizon(180, 0, None, None, None),
        Horizon(365, 0, None, None, None),
    ]


def test_nothing_is_known_after_a_gap_in_the_watch(curves: Curves) -> None:
    stays = [Stay(-1, 10, "converted"), Stay(-1, 35, "open"), Stay(70, 100, "lost")]
    found = {row.day: row for row in curves.at_horizons({"s": stays})["s"]}
    assert (found[30].at_risk, found[30].estimate, found[30].staying) == (1, 0.5, 0.5)
    assert found[30].standard_error == pytest.approx(0.125**0.5)
    assert [found[day].estimate for day in (60, 90, 180, 365)] == [None] * 4
    assert [point.day for point in curves.of({"s": stays})["s"]] == [10]


def test_one_early_leaver_does_not_speak_for_those_who_wait(curves: Curves) -> None:
    """All at risk, one of one, convert on day 3; 30 come under observation later and wait."""
    stays = [Stay(-1, 3, "converted")] + [Stay(20, 100, "open")] * 30
    assert {row.estimate for row in curves.at_horizons({"s": stays})["s"]} == {None}
    # Under observation on the very day on which the other left, too.
    stays = [Stay(-1, 3, "converted")] + [Stay(3, 100, "open")] * 30
    assert {row.estimate for row in curves.at_horizons({"s": stays})["s"]} == {None}
    assert curves.of({"s": stays})["s"] == []


def test_where_all_have_left_and_nobody_waits_all_is_known(curves: Curves) -> None:
    stays = [Stay(-1, 3, "converted"), Stay(1, 5, "lost")]
    assert {row.estimate for row in curves.at_horizons({"s": stays})["s"]} == {0.5}


def test_few_stays_with_gaps_equal_the_definition(curves: Curves) -> None:
    random = np.random.default_rng(3)
    series = {}
    for number in range(400):
        exits = random.integers(0, 120, random.integers(1, 7))
        entries = [int(random.choice([-1, random.integers(-1, max(day, 0))])) for day in exits]
        outcomes = random.choice(OUTCOMES, len(exits))
        series[f"{number:03}"] = [
            Stay(entry, int(day), str(outcome))
            for entry, day, outcome in zip(entries, exits, outcomes, strict=True)
        ]
    found, figures = curves.of(series), curves.at_horizons(series)
    unknown = 0
    for name, stays in series.items():
        _assert_equal(found[name], curve(stays))
        for row in figures[name]:
            expected = _known_at(stays, row.day)
            unknown += expected is None
            assert (row.estimate, row.staying) == ((None, None) if expected is None else expected)
            assert row.at_risk == sum(stay.entry_day < row.day <= stay.exit_day for stay in stays)
    assert 500 < unknown < 1_800


def _known_at(stays: list[Stay], day: int) -> Any:
    """Estimate and share staying at a horizon; None where nobody knows."""
    unknown = first_unknown_day(stays)
    points = [point for point in curve(stays) if point.day <= day]
    staying = points[-1].staying if points else 1
    is_watched = any(stay.entry_day < day <= stay.exit_day for stay in stays)
    if (unknown is not None and day >= unknown) or not (is_watched or staying == 0):
        return None
    return pytest.approx((points[-1].estimate if points else 0, staying), abs=1e-10)


def test_lifelines_where_times_are_not_tied(curves: Curves) -> None:
    series = {
        f"{seed:02}": _random(seed, 300, days=3, truncated=seed % 2 == 1, tied=False)
        for seed in range(20)
    }
    found = curves.of(series)
    for name, stays in series.items():
        reference = lifelines.AalenJohansenFitter(calculate_variance=True, jitter_level=0)
        # Its days are counted from 1, and who enters it on a day is at risk on that day already.
        reference.fit(
            [stay.exit_day + 1 for stay in stays],
            [OUTCOMES.index(stay.outcome) for stay in stays],
            event_of_interest=1,
            entry=[stay.entry_day + 1.5 for stay in stays],
        )
        estimates = reference.cumulative_density_.iloc[:, 0]
        for point in found[name]:
            assert point.estimate == pytest.approx(estimates[point.day + 1], abs=1e-10)
            # At the end nobody is left, and it divides by zero.
            if point.staying > 0:
                variance = reference.variance_.loc[point.day + 1]
                assert point.standard_error**2 == pytest.approx(variance, rel=1e-8, abs=1e-14)


def test_staying_is_kaplan_meier(curves: Curves) -> None:
    series = {
        f"{seed:02}": _random(seed, 200, days=40, truncated=seed % 2 == 1)
        for seed in range(200, 220)
    }
    found = curves.of(series)
    for name, stays in series.items():
        reference = lifelines.KaplanMeierFitter().fit(
            [stay.exit_day + 1 for stay in stays],
            [stay.outcome != "open" for stay in stays],
            entry=[stay.entry_day + 1.5 for stay in stays],
        )
        survival = reference.survival_function_.iloc[:, 0]
        for point in found[name]:
            assert point.staying == pytest.approx(survival[point.day + 1], abs=1e-10)


def test_its_error_is_that_of_greenwood_in_statsmodels(curves: Curves) -> None:
    series = {
        f"{seed:02}": _random(seed, 200, days=40, truncated=seed % 2 == 1)
        for seed in range(300, 320)
    }
    found = curves.of(series)
    compared = 0
    for name, stays in series.items():
        reference = SurvfuncRight(
            np.array([stay.exit_day + 1 for stay in stays]),
            np.array([stay.outcome != "open" for stay in stays], dtype=int),
            entry=np.array([stay.entry_day + 1.5 for stay in stays]),
        )
        errors = dict(zip(reference.surv_times.astype(int), reference.surv_prob_se, strict=True))
        for point in found[name]:
            # Where nobody is left, Greenwood's formula divides by zero.
            if point.staying > 0:
                expected = errors[point.day + 1]
                assert point.staying_standard_error == pytest.approx(expected, rel=1e-8)
                compared += 1
    assert compared > 500


def test_statsmodels_where_days_are_tied(curves: Curves) -> None:
    series = {
        f"{seed:02}": _random(seed, 500, days=60, truncated=False) for seed in range(100, 120)
    }
    found = curves.of(series)
    for name, stays in series.items():
        reference = CumIncidenceRight(
            np.array([stay.exit_day + 1 for stay in stays]),
            np.array([OUTCOMES.index(stay.outcome) for stay in stays]),
        )
        days = reference.times.astype(int).tolist()
        for point in found[name]:
            position = days.index(point.day + 1)
            assert point.estimate == pytest.approx(reference.cinc[0][position], abs=1e-10)
            assert point.lost_estimate == pytest.approx(reference.cinc[1][position], abs=1e-10)


def _first_stays(company: Company) -> Iterator[Visit]:
    for stays in visits_of(company).values():
        yield from (stay for stay in stays if stay.kind == "open" and not stay.is_reentry)


def _observed(stay: Visit, start: date | None) -> Stay | None:
    entered = stay.entered_at.date()
    left = stay.exited_at.date() if stay.exited_at else LAST_DATE
    if start is not None and left < start:
        return None
    outcome = {"advanced": "converted", "won": "converted", "lost": "lost", "open": "open"}.get(
        stay.exit_kind, "other"
    )
    before = -1 if start is None else max((start - entered).days, 0) - 1
    return Stay(before, (left - entered).days, outcome)


def test_the_marts_equal_the_definition(marts: duckdb.DuckDBPyConnection, company: Company) -> None:
    cells: dict[tuple[str, str, date], list[Stay]] = {}
    for visit in _first_stays(company):
        entered = visit.entered_at.date()
        quarter = date(entered.year, (entered.month - 1) // 3 * 3 + 1, 1)
        cohort, window = _observed(visit, None), _observed(visit, WINDOW_START)
        assert cohort is not None
        cells.setdefault((visit.stage_id, "cohort", quarter), []).append(cohort)
        if window is not None:
            cells.setdefault((visit.stage_id, "window", WINDOW_START), []).append(window)
    rows = marts.sql(
        "select stage_id, form, period_start_date, horizon_day, at_risk, estimate, standard_error"
        " from rpt_stage_conversion_estimate where segment_type = 'all'"
    ).fetchall()
    assert {row[:3] for row in rows} == set(cells)
    assert len(rows) == len(cells) * len(HORIZONS)
    known = 0
    for stage_id, form, start, horizon, at_risk, estimate, standard_error in rows:
        stays = cells[stage_id, form, start]
        assert at_risk == sum(stay.entry_day < horizon <= stay.exit_day for stay in stays)
        points = [point for point in curve(stays) if point.day <= horizon]
        if _known_at(stays, horizon) is None:
            assert (estimate, standard_error) == (None, None)
            continue
        known += 1
        assert estimate == pytest.approx(points[-1].estimate if points else 0, abs=1e-10)
        assert standard_error == pytest.approx(points[-1].standard_error if points else 0, abs=1e-9)
    assert known > 50


def test_once_all_have_left_the_estimate_is_the_plain_rate(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    rows = marts.sql(
        """
        with plain as (
            select stage_id, segment_type, segment, date_trunc('quarter', entry_month) as quarter,
                sum(converted) / sum(entered) as rate, sum(open) as open
            from rpt_stage_conversion
            where rule = 'direct'
            group by all
        )
        select c.estimate, p.rate
        from plain as p
        join rpt_stage_conversion_curve as c
            on c.stage_id = p.stage_id and c.segment_type = p.segment_type
            and c.segment = p.segment and c.form = 'cohort' and c.period_start_date = p.quarter
        where p.open = 0
        qualify row_number() over (
            partition by c.stage_id, c.segment_type, c.segment, c.period_start_date
            order by c.horizon_day desc
        ) = 1
        """
    ).fetchall()
    assert len(rows) > 50
    for estimate, rate in rows:
        assert estimate == pytest.approx(rate, abs=1e-12)


def test_the_matured_figures_are_plain_counts(
    marts: duckdb.DuckDBPyConnection, company: Company
) -> None:
    for stage_id, form, start, horizon, entered, converted in marts.sql(
        "select stage_id, form, period_start_date, horizon_day, matured_entered, matured_converted"
        " from rpt_stage_conversion_estimate where segment_type = 'all'"
    ).fetchall():
        counted = [0, 0]
        for visit in _first_stays(company):
            day = visit.entered_at.date()
            seen = (LAST_DATE - day).days
            quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            is_in = quarter == start if form == "cohort" else seen < horizon + 90
            if visit.stage_id == stage_id and is_in and seen >= horizon:
                stay = _observed(visit, None)
                assert stay is not None
                counted[0] += 1
                counted[1] += stay.outcome == "converted" and stay.exit_day <= horizon
        assert (entered, converted) == tuple(counted)


def test_intervals_hold_the_estimate(marts: duckdb.DuckDBPyConnection) -> None:
    for low, estimate, high in marts.sql(
        "select estimate_low, estimate, estimate_high from rpt_stage_conversion_curve"
    ).fetchall():
        assert 0 <= low <= estimate + 1e-12
        assert estimate - 1e-12 <= high <= 1
