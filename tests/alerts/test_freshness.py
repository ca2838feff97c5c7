"""Stale data: said once, and nothing is said of the bottlenecks in them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.evaluation import evaluate
from alerts.freshness import is_silent
from alerts.published import Quiet
from tests.alerts.world import World

NOW = datetime.now(UTC)
AS_OF = date(2025, 12, 31)


def every_third_day_until(last: date) -> list[date]:
    """Thirty changes, three days apart."""
    return [last - timedelta(days=3 * number) for number in range(30)]


def test_an_old_publication_is_said_once_and_silences_the_rest(world: World) -> None:
    world.publish({}, published_at=NOW - timedelta(hours=37))
    assert evaluate(world.settings, NOW) == 1
    assert evaluate(world.settings, NOW) == 0
    [row] = world.outbox()
    assert row["rule"] == "data_stale"
    assert row["title"] == "Sales pipeline: figures are old"
    # What rested is told as soon as there is a new one.
    world.publish({}, published_at=NOW)
    assert evaluate(world.settings, NOW) == 1
    assert world.outbox()[-1]["rule"] == "bottleneck_opened"


def test_a_publication_of_a_day_ago_is_new_enough(world: World) -> None:
    world.publish({}, published_at=NOW - timedelta(hours=35))
    assert evaluate(world.settings, NOW) == 1
    assert world.outbox()[0]["rule"] == "bottleneck_opened"


def test_a_source_without_news_is_said_once_and_its_bottlenecks_rest(world: World) -> None:
    other = {"bottleneck_id": "b2", "source": "files"}
    stopped = every_third_day_until(AS_OF - timedelta(days=5))
    world.publish({}, other, changed_on=stopped)
    assert evaluate(world.settings, NOW) == 2
    assert evaluate(world.settings, NOW) == 0
    stale, opened = world.outbox()
    assert stale["title"] == "Sales pipeline: no news from demo"
    assert (
        "since 26 December 2025, 5 days ago; in the year before the longest pause was 3 days"
        in (stale["body"])
    )
    assert opened["entity"] == "b2"
    world.publish({}, other, changed_on=[*stopped, AS_OF])
    assert evaluate(world.settings, NOW) == 1
    assert world.outbox()[-1]["entity"] == "b1"


@pytest.mark.parametrize("quiet_for", [0, 4])
def test_a_long_weekend_is_no_silence(world: World, quiet_for: int) -> None:
    world.publish({}, changed_on=every_third_day_until(AS_OF - timedelta(days=quiet_for)))
    assert evaluate(world.settings, NOW) == 1
    assert world.outbox()[0]["rule"] == "bottleneck_opened"


@pytest.mark.parametrize(
    ("quiet_days", "longest_gap", "silent"),
    [(5, 1, True), (4, 1, False), (13, 9, False), (14, 9, True), (400, None, False)],
)
def test_how_long_is_too_long(quiet_days: int, longest_gap: int | None, silent: bool) -> None:
    assert is_silent(Quiet("crm", AS_OF, quiet_days, longest_gap)) is silent


def test_where_little_ever_happens_a_pause_says_nothing(world: World) -> None:
    world.publish({}, changed_on=[date(2025, 11, 1), date(2025, 11, 3)])
    assert evaluate(world.settings, NOW) == 1
    assert world.outbox()[0]["rule"] == "bottleneck_opened"
