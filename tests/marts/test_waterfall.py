"""1,000 made-up histories in one warehouse: every figure once more in Python, and the identity."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.marts.deal_histories import AS_OF, TIMEZONE, History, make_histories, rows_of
from tests.marts.warehouse import build_warehouse
from tests.marts.waterfall_reference import (
    DAY,
    TODAY,
    Passage,
    State,
    movements_of,
    passage,
    periods,
    pushes_of,
    states_of,
)

MODELS = "+rpt_pipeline_waterfall +rpt_slippage +rpt_pipeline_daily +rpt_stage_conversion"
MEASURES = ["affected", "deals", "amount", "after", "due_deals", "due_amount"]
Cell = tuple[str, str, str, date]  # pipeline, currency, kind of period, its first day


@dataclass
class Made:
    """The histories and what they come to, beside the warehouse that was built from them."""

    histories: list[History]
    states: dict[str, list[State]]
    passages: dict[Cell, list[tuple[History, Passage]]]
    marts: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    home = tmp_path_factory.mktemp("waterfall")
    histories = make_histories(1400, int(os.environ.get("SEED", "7")))
    assert len(histories) >= 1000
    # The truths in dbt/tests are tested by the build: it raises where one is not.
    build_warehouse(home, rows_of(histories), AS_OF, timezone=TIMEZONE, select=MODELS)
    states = {history.deal_id: states_of(history) for history in histories}
    passages: dict[Cell, list[tuple[History, Passage]]] = defaultdict(list)
    for kind, first, last in periods():
        for history in histories:
            for pipeline in ("direct", "partner"):
                found = passage(states[history.deal_id], pipeline, first, last)
                if found:
                    cell = (pipeline, history.currency, kind, first)
                    passages[cell].append((history, found))
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        yield Made(histories, states, passages, connection)


def _cells(made: Made) -> Iterator[tuple[Cell, list[Passage]]]:
    """Every period of every series, from the first with a deal in it, also those without one."""
    firsts: dict[tuple[str, str, str], date] = {}
    for pipeline, currency, kind, first in made.passages:
        series = (pipeline, currency, kind)
        firsts[series] = min(first, firsts.get(series, first))
    for (pipeline, currency, kind), earliest in firsts.items():
        for period_kind, first, _ in periods():
            if period_kind == kind and first >= earliest:
                cell = (pipeline, currency, kind, first)
                yield cell, [found for _, found in made.passages.get(cell, [])]


def _expected_rows(made: Made) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = {}
    for cell, passages in _cells(made):
        moves: dict[str, Counter[str]] = defaultdict(Counter)
        opening, closing = moves["opening"], moves["closing"]
        for found in passages:
            for balance, state, is_due in (
                (opening, found.before, found.was_due),
                (closing, found.after, found.is_due),
            ):
                if state:
                    balance.update({"affected": 1, "deals": 1, "due_deals": int(is_due)})
                    balance["amount"] += state.amount  # type: ignore[assignment]
                    balance["due_amount"] += state.amount * is_due  # type: ignore[assignment]
            for name, move in movements_of(found).items():
                moves[name].update(move)
        for name, move in moves.items():
            values = [move[measure] for measure in MEASURES]
            if name in ("opening", "closing"):
                values[3] = None  # type: ignore[call-overload]
            rows[*cell, name] = tuple(values)
    return rows


def test_every_movement_equals_the_recomputation(made: Made) -> None:
    found = {
        row[:5]: row[5:]
        for row in made.marts.sql(
            "select pipeline_id, currency, period_kind, period_start, movement, deals_affected,"
            " deals, amount, amount_after, due_deals, due_amount"
            " from rpt_pipeline_waterfall where movement != 'fx'"
        ).fetchall()
    }
    assert found == _expected_rows(made)
    assert len({key[4] for key in found}) == 18


def test_movements_lead_from_opening_to_closing_and_on_to_the_next(made: Made) -> None:
    rows = made.marts.sql(
        "select pipeline_id, currency, period_kind, period_start, movement, deals, amount,"
        " amount_reporting, due_deals, due_amount, due_amount_reporting, period_end"
        " from rpt_pipeline_waterfall"
    ).fetchall()
    sums: dict[Any, list[Any]] = defaultdict(lambda: [0] * 6)
    balances: dict[Any, Any] = {}
    for *cell, movement, deals, amount, reported, due, due_amount, due_reported, end in rows:
        values = [deals, amount, reported, due, due_amount, due_reported]
        for place, value in enumerate(values):
            missing = value is None or sums[tuple(cell)][place] is None
            if movement != "closing":
                sums[tuple(cell)][place] = None if missing else sums[tuple(cell)][place] + value
        if movement in ("opening", "closing"):
            balances[*cell, movement] = values, end
    openings = [key for key in balances if key[4] == "opening"]
    assert openings
    for *cell, _ in openings:
        closing, end = balances[*cell, "closing"]
        for total, value in zip(sums[tuple(cell)], closing, strict=True):
            assert total == value or total is None or value is None, cell
        following = balances.get((*cell[:3], end + DAY, "opening"))
        assert (following is None) == (end >= TODAY)
        assert following is None or following[0][:3] == closing[:3]
    # A sum that is unknown in a cell, and one that is not.
    assert {None in total for total in sums.values()} == {True, False}


def _rate(currency: str, day: date) -> Decimal | None:
    if currency == "USD":
        return Decimal(1)
    fixings = [date(2025, 11, 24) + timedelta(days=7 * week) for week in range(32)]
    rates = {
        fixing: Decimal(f"{1 + week / 64:.4f}")
        for week, fixing in enumerate(fixings)
        if week not in (11, 12)
    }
    valid = [fixing for fixing in rates if fixing <= day <= fixing + 7 * DAY]
    return rates[max(valid)] if valid and currency == "EUR" else None


def test_amounts_are_reported_at_the_rates_of_both_ends(made: Made) -> None:
    rows = made.marts.sql(
        "select currency, period_kind, period_start, period_end, movement, amount,"
        " amount_reporting, due_amount, due_amount_reporting, pipeline_id"
        " from rpt_pipeline_waterfall"
    ).fetchall()
    openings = {(*row[:3], row[9]): row for row in rows if row[4] == "opening"}
    revalued = set()
    for currency, kind, first, last, movement, *amounts, pipeline in rows:
        before, now = _rate(currency, first - DAY), _rate(currency, min(last, TODAY))
        for amount, reported in (amounts[:2], amounts[2:]):
            if movement == "fx":
                revalued.add((currency, reported is None))
                continue
            rate = before if movement == "opening" else now
            expected = Decimal(0) if amount == 0 else rate and amount * rate
            assert (reported is None) == (expected is None), (currency, first, movement)
            assert reported is None or abs(reported - expected) <= Decimal("0.0001")
        if movement == "fx" and before and now:
            opening = openings[currency, kind, first, pipeline]
            # Each row is rounded to 4 decimals, and there are at most 18 of them.
            for place, change in ((5, amounts[1]), (7, amounts[3])):
                assert abs(change - opening[place] * (now - before)) < Decimal("0.002")
    assert revalued >= {("EUR", False), ("EUR", True), ("GBP", True)}
    assert "USD" not in {currency for currency, _ in revalued}


FATES = ["due", "won", "lost", "slipped", "still_open", "other", "pulled_in"]


def _fate(found: Passage) -> str:
    if found.exit:
        return found.exit if found.exit in ("won", "lost") else "other"
    return "slipped" if found.due_exit == "pushed_out" else "still_open"


def test_slippage_equals_the_recomputation(made: Made) -> None:
    fates: dict[Any, Counter[str]] = defaultdict(Counter)
    for (pipeline, _, kind, first), passages in made.passages.items():
        for history, found in passages:
            owner = made.states[history.deal_id][-1].rep_id
            for segment in (("all", "all"), ("rep", owner)):
                cell = fates[kind, first, pipeline, *segment]
                if found.was_due:
                    cell.update(["due", _fate(found)])
                elif found.due_entry == "pulled_in":
                    cell.update(["pulled_in"])
    rows = made.marts.sql(
        "select period_kind, period_start, pipeline_id, segment_type, segment, period_end,"
        f" slippage_rate, {', '.join(f'{name}_deals' for name in FATES)} from rpt_slippage"
        " where segment_type in ('all', 'rep')"
    ).fetchall()
    expected = {
        key: tuple(cell[name] for name in FATES) for key, cell in fates.items() if cell.total()
    }
    assert {row[:5]: row[7:] for row in rows} == expected
    for _, _, _, _, _, last, rate, due, _, _, slipped, *_ in rows:
        assert rate == (slipped / due if last < TODAY and due else None)
    totals = [sum(values) for values in zip(*expected.values(), strict=True)]
    assert all(totals)


def test_amounts_of_slippage_are_those_of_the_start(made: Made) -> None:
    worth: dict[Any, list[Decimal | None]] = defaultdict(list)
    for (pipeline, currency, kind, first), passages in made.passages.items():
        rate = _rate(currency, first - DAY)
        for _, found in passages:
            if found.before and (found.was_due or found.due_entry == "pulled_in"):
                amount = found.before.amount
                value = Decimal(0) if amount == 0 else rate and amount * rate
                part = "pulled_in"
                if found.was_due:
                    worth[kind, first, pipeline, "due"].append(value)
                    part = _fate(found)
                worth[kind, first, pipeline, part].append(value)
    rows = made.marts.sql(
        f"select period_kind, period_start, pipeline_id, slippage_rate, slippage_rate_amount,"
        f" {', '.join(f'{name}_amount_reporting' for name in FATES)} from rpt_slippage"
        " where segment_type = 'all'"
    ).fetchall()
    seen = set()
    for kind, first, pipeline, rate, rate_amount, *amounts in rows:
        for name, amount in zip(FATES, amounts, strict=True):
            values = worth[kind, first, pipeline, name]
            seen.add((name, amount is None))
            known = [value for value in values if value is not None]
            assert (amount is None) == (len(known) < len(values))
            assert amount is None or abs(amount - sum(known)) <= Decimal("0.0001") * len(values)
        due, slipped = amounts[0], amounts[3]
        if rate is None or not due or slipped is None:
            assert rate_amount is None
        else:
            assert rate_amount == pytest.approx(float(slipped / due), rel=1e-12)
    assert {(name, False) for name in FATES} <= seen
    assert ("due", True) in seen


def test_pushes_equal_the_recomputation(made: Made) -> None:
    rows = made.marts.sql(
        "select deal_id, push_count, month_push_count, quarter_push_count, days_pushed"
        " from fct_deals"
    ).fetchall()
    found = {row[0]: row[1:] for row in rows if made.states[row[0]]}
    assert found == {
        deal_id: pushes_of(states) for deal_id, states in made.states.items() if states
    }
    assert max(pushes[2] for pushes in found.values()) > 0
