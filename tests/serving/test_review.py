"""The pipeline review: hand-worked figures, who is named in it, and which weeks there are."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import serving
from jalur.errors import JalurError
from jalur.settings import Settings
from serving.review.data import target
from serving.review.page import Review, newest_week, write_review
from serving.review.weeks import Week
from serving.review.wording import week_name
from tests.serving.company import AS_OF, BOTTLENECK, RUN_ID, add_company
from tests.serving.marts import Marts

WEEK = Week(date(2026, 6, 22))
PLACE = {"source": "files", "pipeline_id": "new"}
# Opening + movements = closing, in two currencies: 700 + 260 - 30 - 100 - 50 + 20 = 800 thousand.
MOVEMENTS: dict[str, tuple[int, int, int]] = {
    "opening": (1, 70, 700_000),
    "created": (2, 24, 240_000),
    "reopened": (3, 2, 20_000),
    "pulled_in": (6, 0, 0),
    "decreased": (9, 0, -30_000),
    "won": (14, -10, -100_000),
    "lost": (15, -6, -50_000),
    "fx": (18, 0, 20_000),
    "closing": (19, 80, 800_000),
}


def add_week(marts: Marts, week: Week, changes: Mapping[str, tuple[int, int, int | None]]) -> None:
    """The waterfall of a week: position, deals and amount per movement, half in each currency."""
    for movement, (position, deals, amount) in changes.items():
        for currency in ("USD", "EUR"):
            marts.add(
                "rpt_pipeline_waterfall",
                **PLACE,
                period_kind="week",
                period_start=week.monday,
                period_end=week.sunday,
                currency=currency,
                movement=movement,
                movement_position=position,
                deals=deals // 2,
                amount_reporting=None if amount is None else amount / 2,
            )


def add_review(marts: Marts) -> None:
    """What the review of one week shows beside the small company of the report."""
    add_company(marts)
    add_week(marts, WEEK, MOVEMENTS)
    # Of four weeks before, three had wins: 12 of them, so 3 a week.
    for weeks, wins in ((1, 4), (2, 6), (3, 0), (4, 2)):
        before = Week(WEEK.monday - timedelta(weeks=weeks))
        add_week(marts, before, {"opening": (1, 70, 700_000), "closing": (19, 70, 700_000)})
        if wins:
            add_week(marts, before, {"won": (14, -wins, -10_000 * wins)})
    marts.add(
        "rpt_sales_velocity",
        **PLACE,
        segment_type="all",
        segment="all",
        velocity_month=date(2026, 5, 1),
        measured_date=date(2026, 5, 31),
        is_complete=True,
        velocity_per_day=1500.0,
        velocity_change_per_day=-250.0,
        main_driver="win_rate",
    )
    marts.add(
        "rpt_revenue_forecast",
        **PLACE,
        as_of_date=date(2026, 6, 30),
        period="this_month",
        period_start_date=date(2026, 7, 1),
        period_end_date=date(2026, 7, 31),
        is_default=True,
        p10=40_000.0,
        p50=50_000.0,
        p90=65_000.0,
    )
    marts.add(
        "rpt_quota_attainment",
        source="files",
        owner_level="company",
        period_start=date(2026, 4, 1),
        period_end=date(2026, 6, 30),
        quota_amount_reporting=60_000,
    )
    marts.add(
        "rpt_stage_health",
        **PLACE,
        stage_id="new-2",
        segment_type="rep",
        segment="R-1",
        kind="slow",
        week_start_date=date(2026, 6, 8),
        ratio=0.48,
    )
    marts.add(
        "rpt_deal_health",
        **PLACE,
        deal_id="D-7",
        deal_name="Doe & Sons",
        rep_name="Ann Lee",
        stage_name="Proposal",
        amount_reporting=12_000,
        reasons="no activity for 40 days",
        priority=9.0,
    )


def add_bottleneck(marts: Marts, **changes: Any) -> None:
    marts.add("rpt_bottlenecks", **{**BOTTLENECK, **changes})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("review"))
    settings.paths.create()
    with Marts(settings.paths.warehouse) as marts:
        add_review(marts)
        add_bottleneck(
            marts,
            bottleneck_id="b2",
            segment_type="rep",
            segment="R-1",
            segment_name="Ann Lee",
            drivers="Ann Lee as a whole: nobody and nothing in it stands out.",
            actions="Ask what holds deals up for Ann Lee.",
            opened_on=date(2026, 6, 7),
            resolved_on=date(2026, 6, 21),
        )
    serving.publish(settings, RUN_ID, AS_OF)
    return settings


@pytest.fixture(scope="module")
def review(published: Settings) -> Review:
    return write_review(published)


def test_the_lines_are_those_worked_by_hand(review: Review) -> None:
    lines = review.summary.splitlines()
    assert review.title == "Pipeline review, 22 to 28 June 2026"
    # Won in both pipelines: 5, 6 and 7 thousand each.
    assert lines[:2] == [
        "Target 1 April to 30 June 2026, all pipelines: USD 36K won of USD 60K (60.0%), with 97.8%"
        " of the time over.",
        "",
    ]
    assert lines[2:11] == [
        "New business: 80 open deals worth USD 800K, USD 100K more than on Monday.",
        "Came in: 26 deals, USD 260K.",
        "Amounts changed: -USD 30K.",
        "Won: 10 deals, USD 100K; usually 3, USD 30K a week.",
        "Lost: 6 deals, USD 50K.",
        "Exchange rates: +USD 20K.",
        "In May the pipeline earned USD 1.5K a day, USD 250 less than the month before, mostly"
        " because of the share of deals won.",
        "Stuck: Legal review. Deals leave more slowly than they used to, since about 4 May 2026."
        " 124 deals left in 4 weeks; at the usual pace 267 would have. 64 deals wait longer than"
        " usual, worth USD 1.7M; about USD 910K delayed each week. How sure: sure.",
        "July 2026: likely USD 50K, in four of five cases USD 40K to USD 65K.",
    ]
    assert lines[-1] == f"The review: {review.page}"


def test_persons_and_deals_are_named_on_one_page_alone(review: Review) -> None:
    named = review.named_page.read_text(encoding="utf-8")
    unnamed = review.page.read_text(encoding="utf-8")
    assert "Doe &amp; Sons" in named
    assert "Ann Lee" in named
    assert "D-7" in unnamed
    for text in (unnamed, review.summary):
        assert "Ann Lee" not in text
        assert "Doe" not in text


def test_every_picture_is_there_and_nothing_is_fetched(review: Review) -> None:
    html = review.page.read_text(encoding="utf-8")
    pictures = sorted(path.name for path in review.page.parent.glob("*.png"))
    assert pictures == ["bridge_1.png", "won_1.png"]
    assert all(f'src="{name}"' in html for name in pictures)
    assert all((review.page.parent / name).read_bytes().startswith(b"\x89PNG") for name in pictures)
    assert "http" not in html
    assert "<script" not in html


def test_a_past_week_shows_what_was_open_then(published: Settings) -> None:
    before = write_review(published, Week(date(2026, 6, 15)))
    # Resolved on its Sunday, so not open at its end; the week before it was.
    assert "Ann" not in before.named_page.read_text(encoding="utf-8")
    earlier = write_review(published, Week(date(2026, 6, 8)))
    html = earlier.named_page.read_text(encoding="utf-8")
    assert "Legal review, Ann Lee" in html
    assert "of the newest week only" in html
    assert "Legal review, one rep" in earlier.page.read_text(encoding="utf-8")
    # The pace of that week; deals and money are of the episode's last one.
    assert "deals left at 48.0% of the usual pace" in earlier.summary
    assert "124 deals" not in html
    # No forecast was made by then.
    assert "likely" not in earlier.summary


def test_a_review_made_again_takes_the_place_of_the_first(published: Settings) -> None:
    first = write_review(published)
    (first.page.parent / "left_over.png").write_bytes(b"")
    again = write_review(published)
    assert again.summary == first.summary
    assert not (first.page.parent / "left_over.png").exists()
    assert [path.name for path in published.paths.root.glob("reviews/.review-*")] == []


def test_what_did_not_happen_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.paths.create()
    with Marts(settings.paths.warehouse) as marts:
        add_company(marts)
        add_week(marts, Week(date(2026, 6, 15)), MOVEMENTS)
        without = {name: move for name, move in MOVEMENTS.items() if name != "won"}
        add_week(marts, WEEK, without)
    serving.publish(settings, RUN_ID, AS_OF)
    lines = write_review(settings).summary.splitlines()
    assert "Won: 0 deals, USD 0; usually 10, USD 100K a week." in lines


def test_two_reviews_at_once_leave_a_whole_one(published: Settings) -> None:
    with ThreadPoolExecutor(4) as threads:
        reviews = list(threads.map(lambda _: write_review(published), range(4)))
    assert len({review.summary for review in reviews}) == 1
    assert reviews[0].page.exists()
    assert [path.name for path in published.paths.root.glob("reviews/.*")] == [".lock"]


def test_a_published_file_that_lacks_a_column_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.paths.create()
    with Marts(settings.paths.warehouse) as marts:
        add_review(marts)
        marts.connection.execute("alter table marts.rpt_bottlenecks drop column certainty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("serving.report.render", lambda *_: None)
        serving.publish(settings, RUN_ID, AS_OF)
    with pytest.raises(JalurError, match="run `jalur run` to publish it anew"):
        write_review(settings)


def test_an_amount_without_a_rate_leaves_the_counts(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.paths.create()
    with Marts(settings.paths.warehouse) as marts:
        add_company(marts)
        add_week(marts, WEEK, {**MOVEMENTS, "won": (14, -10, None), "closing": (19, 80, None)})
    serving.publish(settings, RUN_ID, AS_OF)
    review = write_review(settings)
    assert "80 open deals; their amount is unknown" in review.summary
    assert "Won: 10 deals." in review.summary
    assert not (review.page.parent / "bridge_1.png").exists()


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 6, 30), "is not over"), (date(2026, 5, 24), "nothing is known of the week")],
)
def test_a_week_that_is_not_known_is_told(published: Settings, day: date, said: str) -> None:
    with pytest.raises(JalurError, match=said):
        write_review(published, Week.of(day))


def test_nothing_published_is_told(tmp_path: Path) -> None:
    with pytest.raises(JalurError, match="run `jalur run` first"):
        newest_week(Settings(home=tmp_path))


@pytest.mark.parametrize(
    ("as_of", "timezone", "monday"),
    [
        ("2026-06-28T23:59:59.999999", "UTC", date(2026, 6, 22)),
        ("2026-06-28T23:59:00", "UTC", date(2026, 6, 15)),
        ("2026-06-29T00:00:00", "UTC", date(2026, 6, 22)),
        ("2026-06-28T17:00:00", "Asia/Jakarta", date(2026, 6, 22)),
        ("2026-06-29T03:00:00", "America/New_York", date(2026, 6, 15)),
        ("2026-06-30T23:59:59.999999", "UTC", date(2026, 6, 22)),
    ],
)
def test_a_week_is_over_when_its_sunday_is(as_of: str, timezone: str, monday: date) -> None:
    moment = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    assert Week.newest(moment, timezone) == Week(monday)


@pytest.mark.parametrize(
    ("monday", "name"),
    [
        (date(2026, 6, 22), "22 to 28 June 2026"),
        (date(2026, 6, 29), "29 June to 5 July 2026"),
        (date(2026, 12, 28), "28 December 2026 to 3 January 2027"),
    ],
)
def test_how_a_week_is_called(monday: date, name: str) -> None:
    assert week_name(Week(monday)) == name


def test_a_target_of_the_company_counts_what_every_source_won() -> None:
    """But for a source that has a target of its own."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            """
            create table marts.rpt_quota_attainment as
            select *, 'company' as owner_level, date '2026-04-01' as period_start,
                date '2026-06-30' as period_end
            from (values ('finance', 100), ('own', 10)) as t (source, quota_amount_reporting)
            """
        )
        connection.execute(
            """
            create table marts.fct_deals as
            select *, 'won' as status, date '2026-05-01' as won_date, amount_reporting as amount
            from (values ('crm', 20), ('other', 30), ('own', 7)) as t (source, amount_reporting)
            """
        )
        found = {name: target(connection, name, WEEK) for name in ("crm", "other", "own")}
    told = {name: row and (row["source"], row["quota"], row["won"]) for name, row in found.items()}
    assert told == {
        "crm": ("finance", 100, 50),
        "other": ("finance", 100, 50),
        "own": ("own", 10, 7),
    }
