"""Pipedrive in the warehouse: what its statuses and its change logs become behind staging."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.servers.loopback import serve
from demo.servers.pipedrive import Pipedrive
from jalur.paths import Home
from tests.ingestion.api.pipedrive_company import Desk, reset, small
from tests.warehouse import build

SELECT = "+fct_stage_transitions +fct_deals"
STAGING = "models/staging/pipedrive"
TRANSITIONS = """
    select deal_id, from_stage_id, to_stage_id, hour(transitioned_at), direction
    from marts.fct_stage_transitions order by deal_id::int, transition_number
"""


@pytest.fixture
def desk(tmp_path: Path, quick_landing: None) -> Iterator[Desk]:
    server = Pipedrive(small())
    reset(server)
    with serve(server) as url:
        yield Desk(url, server, Home(tmp_path / "home"))


def built(desk: Desk, text: str, select: str = SELECT) -> list[tuple[Any, ...]]:
    as_of = (desk.store.clock.now + timedelta(days=1)).replace(tzinfo=None)
    build(desk.home.root, as_of, source="pipedrive", select=select, data_tests=False)
    return rows(desk, text)


def rows(desk: Desk, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(desk.home.root / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(text).fetchall()


def change(desk: Desk, deal: int, **values: Any) -> None:
    """An hour later."""
    desk.store.clock.advance(3600)
    desk.store.update("deals", deal, user_id=1, **values)


def seven_deals(desk: Desk) -> None:
    """Deals 1 to 7: won, lost twice, switched, deleted, merged, the one that remains, imported."""
    store = desk.store
    desk.store.create("pipelines", name="Renewals")
    offer = desk.store.create("stages", name="Offer", order_nr=1, pipeline_id=2)
    other = store.create("users", name="Ann")
    product = store.create("products", name="Saw", prices=[{"price": 9, "currency": "EUR"}])
    won, lost, switched, gone, merged, still = (store.create("deals", value=100) for _ in range(6))
    store.clock.advance(3600)
    store.create(
        "deals", status="won", stage_id=3, add_time="2026-03-02T10:00:00Z",
        won_time="2026-03-02T11:00:00Z", close_time="2026-03-02T11:00:00Z",
    )  # fmt: skip
    store.attach(won, product, 9.0)
    change(desk, won, stage_id=2, value=150)
    change(desk, won, status="won", owner_id=other)
    # Reopened and moved by one edit, and lost then.
    change(desk, lost, status="lost")
    change(desk, lost, status="open", stage_id=3)
    change(desk, lost, status="lost")
    # While it was won it went to the other pipeline.
    change(desk, switched, status="won")
    change(desk, switched, pipeline_id=2, stage_id=offer)
    change(desk, gone, stage_id=2, status="lost")
    store.delete("deals", gone)
    store.merge(merged, still)
    store.archive(still)
    desk.extract()


def test_statuses_become_stages_and_the_log_tells_when(desk: Desk) -> None:
    seven_deals(desk)
    entries = built(
        desk,
        "select deal_id, stage_id, hour(entered_at), changed_by"
        " from staging.stg_pipedrive__deal_stage_history"
        " order by deal_id::int, entered_at, sequence",
        STAGING,
    )
    assert entries == [
        ("1", "1", 12, None), ("1", "2", 14, "1"), ("1", "won-1", 15, "1"),
        ("2", "1", 12, None), ("2", "lost-1", 16, "1"), ("2", "3", 17, "1"),
        ("2", "lost-1", 18, "1"),
        ("3", "1", 12, None), ("3", "won-1", 19, "1"), ("3", "won-2", 20, "1"),
        ("4", "1", 12, None), ("4", "2", 21, "1"), ("4", "lost-1", 21, "1"),
        ("5", "1", 12, None),
        ("6", "1", 12, None),
        ("7", "3", 10, None), ("7", "won-1", 11, None),
    ]  # fmt: skip
    deals = rows(desk, "select deal_id, stage_id, is_deleted from staging.stg_pipedrive__deals")
    assert {deal: (stage, is_deleted) for deal, stage, is_deleted in deals} == {
        "1": ("won-1", False), "2": ("lost-1", False), "3": ("won-2", False), "4": ("lost-1", True),
        "5": ("1", True), "6": ("1", False), "7": ("won-1", False),
    }  # fmt: skip
    history = rows(
        desk,
        "select field, value, hour(changed_at) from staging.stg_pipedrive__deal_field_history"
        " where deal_id = '1' order by field, changed_at",
    )
    assert history == [
        ("amount", "100", 12),
        ("amount", "150", 14),
        ("rep_id", "1", 12),
        ("rep_id", "2", 15),
    ]
    stages = rows(
        desk,
        "select pipeline_name, stage_id, kind, default_probability"
        " from staging.stg_pipedrive__stages order by pipeline_name, position",
    )
    assert stages == [
        ("Renewals", "4", "open", 1.0),
        ("Renewals", "won-2", "won", 1.0),
        ("Renewals", "lost-2", "lost", 0.0),
        ("Sales", "1", "open", 0.25),
        ("Sales", "2", "open", 0.5),
        ("Sales", "3", "open", 0.75),
        ("Sales", "won-1", "won", 1.0),
        ("Sales", "lost-1", "lost", 0.0),
    ]


@pytest.mark.full
def test_transitions_of_seven_deals(desk: Desk) -> None:
    seven_deals(desk)
    assert built(desk, TRANSITIONS) == [
        ("1", None, "1", 12, "created"),
        ("1", "1", "2", 14, "forward"),
        ("1", "2", "won-1", 15, "won"),
        ("2", None, "1", 12, "created"),
        ("2", "1", "lost-1", 16, "lost"),
        ("2", "lost-1", "3", 17, "reopened"),
        ("2", "3", "lost-1", 18, "lost"),
        ("3", None, "1", 12, "created"),
        ("3", "1", "won-1", 19, "won"),
        ("3", "won-1", "won-2", 20, "switched"),
        ("4", None, "1", 12, "created"),
        ("4", "1", "2", 21, "forward"),
        ("4", "2", "lost-1", 21, "lost"),
        ("5", None, "1", 12, "created"),
        ("6", None, "1", 12, "created"),
        ("7", None, "3", 10, "created"),
        ("7", "3", "won-1", 11, "won"),
    ]
    deals = rows(
        desk, "select deal_id::int, status, amount, rep_id, product_id from marts.fct_deals"
    )
    assert {deal[0]: deal[1:3] for deal in deals} == {
        1: ("won", 150), 2: ("lost", 100), 3: ("won", 100), 4: ("deleted", 100),
        5: ("deleted", 100), 6: ("open", 100), 7: ("won", 0),
    }  # fmt: skip
    assert {deal[0]: deal[3:] for deal in deals if deal[0] == 1} == {1: ("2", "1")}


@pytest.mark.full
def test_a_second_reading_adds_what_is_new_and_changes_nothing_else(desk: Desk) -> None:
    """It brings the whole log anew, and where a deal began is told by its first change now."""
    moved, still = (desk.store.create("deals", value=100) for _ in range(2))
    change(desk, moved, stage_id=2)
    desk.extract()
    before = [("1", None, "1", 12, "created"), ("1", "1", "2", 13, "forward")]
    assert built(desk, TRANSITIONS) == [*before, ("2", None, "1", 12, "created")]
    change(desk, still, stage_id=3, value=200)
    change(desk, still, status="lost")
    desk.extract()
    assert built(desk, TRANSITIONS) == [
        *before,
        ("2", None, "1", 12, "created"),
        ("2", "1", "3", 14, "skip"),
        ("2", "3", "lost-1", 15, "lost"),
    ]
    history = rows(
        desk,
        "select distinct value, hour(changed_at) from staging.stg_pipedrive__deal_field_history"
        f" where deal_id = '{still}' and field = 'amount' order by 2",
    )
    assert history == [("100", 12), ("200", 14)]
