"""Acknowledged, snoozed, and told again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.acknowledgements import Kind, acknowledge
from alerts.evaluation import evaluate
from jalur.errors import JalurError
from tests.alerts.world import World

NOW = datetime.now(UTC)
SOON = NOW + timedelta(days=3)
LATER = NOW + timedelta(days=8)
RESOLVED = {"resolved_on": date(2025, 12, 20)}
WORSE = {"severity": "critical"}


@pytest.fixture
def told(world: World) -> World:
    """A home in which one bottleneck was told."""
    world.publish({})
    evaluate(world.settings, NOW)
    return world


def rules(world: World) -> list[str]:
    return [row["rule"].removeprefix("bottleneck_") for row in world.outbox()]


@pytest.mark.parametrize("kind", ["acknowledged", "snoozed"])
def test_nothing_is_said_until_the_day_and_then_once(told: World, kind: Kind) -> None:
    acknowledge(told.settings.paths, "b1", kind, 7, NOW)
    told.publish(WORSE, published_at=SOON)
    assert evaluate(told.settings, SOON) == 0
    told.publish(WORSE, published_at=LATER)
    assert evaluate(told.settings, LATER) == 1
    # The reminder tells how bad it has become, so that is no news any more.
    assert evaluate(told.settings, LATER + timedelta(hours=1)) == 0
    assert rules(told) == ["opened", "still_open"]
    assert told.outbox()[1]["title"] == "Still open: Legal review (New business)"


@pytest.mark.parametrize(("kind", "said"), [("acknowledged", 1), ("snoozed", 0)])
def test_who_has_it_in_hand_hears_that_it_is_over_and_who_snoozes_does_not(
    told: World, kind: Kind, said: int
) -> None:
    acknowledge(told.settings.paths, "b1", kind, 7, NOW)
    told.publish(RESOLVED, published_at=SOON)
    assert evaluate(told.settings, SOON) == said
    # Over is over: what was said is forgotten, and the next time is news.
    told.publish({}, published_at=LATER)
    assert evaluate(told.settings, LATER) == 1
    assert rules(told)[-1] == "opened"


@pytest.mark.parametrize(("kind", "said"), [("acknowledged", 1), ("snoozed", 0)])
def test_late_data_that_take_it_back_are_told_like_its_end(
    told: World, kind: Kind, said: int
) -> None:
    acknowledge(told.settings.paths, "b1", kind, 7, NOW)
    told.publish(published_at=SOON)
    assert evaluate(told.settings, SOON) == said
    told.publish({}, published_at=LATER)
    assert evaluate(told.settings, LATER) == 1
    assert rules(told)[-1] == "opened"


def test_the_same_can_be_said_again(told: World) -> None:
    acknowledge(told.settings.paths, "b1", "acknowledged", 1, NOW)
    acknowledge(told.settings.paths, "b1", "snoozed", 30, NOW)
    told.publish({}, published_at=LATER)
    assert evaluate(told.settings, LATER) == 0


def test_what_was_said_goes_with_an_episode_whose_first_day_moves(told: World) -> None:
    acknowledge(told.settings.paths, "b1", "acknowledged", 7, NOW)
    moved = {"bottleneck_id": "b1-moved", "opened_on": date(2025, 10, 27), **WORSE}
    told.publish(moved, published_at=SOON)
    assert evaluate(told.settings, SOON) == 0
    told.publish(moved, published_at=LATER)
    assert evaluate(told.settings, LATER) == 1
    assert rules(told) == ["opened", "still_open"]


def test_one_that_is_known_before_it_was_told_is_not_told(world: World) -> None:
    world.publish({})
    acknowledge(world.settings.paths, "b1", "acknowledged", 7, NOW)
    assert evaluate(world.settings, NOW) == 0
    world.publish({}, published_at=LATER)
    assert evaluate(world.settings, LATER) == 1
    assert rules(world) == ["still_open"]


@pytest.mark.parametrize("days", [0, -1, 366])
def test_it_must_end(told: World, days: int) -> None:
    with pytest.raises(JalurError, match="--days must be 1 to 365"):
        acknowledge(told.settings.paths, "b1", "snoozed", days, NOW)
