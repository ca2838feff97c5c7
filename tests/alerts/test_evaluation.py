"""Which episodes are news, and that they are said once."""

from datetime import date

import pytest

from alerts.evaluation import evaluate
from jalur.errors import JalurError
from tests.alerts.world import World

RESOLVED = {"resolved_on": date(2025, 12, 20)}


def test_nothing_published_is_no_news(world: World) -> None:
    assert evaluate(world.settings) == 0


def test_an_open_bottleneck_is_said_once_over_repeated_runs(world: World) -> None:
    world.publish({})
    assert evaluate(world.settings) == 1
    assert evaluate(world.settings) == 0
    world.publish({"deals_affected": 90})
    assert evaluate(world.settings) == 0
    [row] = world.outbox()
    assert (row["rule"], row["entity"], row["period"]) == ("bottleneck_opened", "b1", "2025-11-03")


def test_a_resolved_bottleneck_is_said_once(world: World) -> None:
    world.publish({})
    evaluate(world.settings)
    world.publish(RESOLVED)
    assert evaluate(world.settings) == 1
    assert evaluate(world.settings) == 0
    assert [row["rule"] for row in world.outbox()] == ["bottleneck_opened", "bottleneck_resolved"]


def test_an_episode_that_was_over_when_first_seen_alerts_nobody(world: World) -> None:
    world.publish(RESOLVED)
    assert evaluate(world.settings) == 0
    assert world.outbox() == []


def test_a_bottleneck_that_opens_anew_is_said_again(world: World) -> None:
    world.publish({})
    evaluate(world.settings)
    world.publish(RESOLVED)
    evaluate(world.settings)
    world.publish({}, as_of="2026-01-15 23:59:59.999999")
    assert evaluate(world.settings) == 1
    assert world.outbox()[-1]["period"] == "2026-01-15"


def test_late_data_that_move_the_beginning_are_no_news(world: World) -> None:
    long_ago = {
        "bottleneck_id": "b0",
        "opened_on": date(2025, 3, 3),
        "resolved_on": date(2025, 4, 7),
    }
    world.publish(long_ago, {})
    evaluate(world.settings)
    moved = {"bottleneck_id": "b1-moved", "opened_on": date(2025, 10, 27)}
    world.publish(long_ago, moved)
    assert evaluate(world.settings) == 0
    world.publish(long_ago, {**moved, **RESOLVED})
    assert evaluate(world.settings) == 1
    assert [row["rule"] for row in world.outbox()] == ["bottleneck_opened", "bottleneck_resolved"]


def test_an_episode_that_late_data_take_back_gives_its_place_to_no_older_one(world: World) -> None:
    world.publish({})
    evaluate(world.settings)
    long_ago = {"opened_on": date(2025, 3, 3), "resolved_on": date(2025, 4, 7)}
    world.publish({"bottleneck_id": "b0", **long_ago})
    assert evaluate(world.settings) == 0
    world.publish({})
    assert evaluate(world.settings) == 0


def test_the_next_episode_of_a_series_is_news(world: World) -> None:
    world.publish({})
    evaluate(world.settings)
    world.publish(RESOLVED, {"bottleneck_id": "b2", "opened_on": date(2025, 12, 27)})
    assert evaluate(world.settings) == 2


def test_every_episode_has_its_own_message(world: World) -> None:
    other = {"bottleneck_id": "b2", "stage_id": "demo"}
    world.publish({}, other, {"bottleneck_id": "b3", **RESOLVED})
    assert evaluate(world.settings) == 2


def test_a_run_as_of_an_earlier_moment_evaluates_nothing(world: World) -> None:
    world.publish()
    world.publish({}, as_of="2025-12-30 23:59:59.999999")
    assert evaluate(world.settings) == 0
    world.publish({})
    assert evaluate(world.settings) == 1


def test_the_message_is_in_plain_words(world: World) -> None:
    world.publish({})
    evaluate(world.settings)
    [row] = world.outbox()
    assert row["title"] == "Bottleneck: Legal review (New business)"
    assert row["body"].splitlines() == [
        "Deals leave the stage Legal review of the pipeline New business more slowly than they "
        "used to, since about 20 October 2025. In the last 4 weeks 14 deals moved on or were "
        "closed; at the usual pace about 35 of those that were there would have.",
        "Held up: 87 deals worth USD 1,234,568; each week of it costs about USD 45,000.",
        "How sure: very sure (evidence 21, where 6 raises an alarm).",
        "What drives it: 82% of the waiting deals are larger than usual",
        "What to do: Ask legal for a standard contract",
        f"The report: {world.settings.paths.report}",
    ]
    *others, deals, report = row["named_body"].splitlines()
    assert [*others, report] == row["body"].splitlines()
    assert deals == (
        "Move first: Acme (USD 50,000, 41 days there), Bolt (USD 25,000, 42 days there), "
        "Cord (USD 16,667, 43 days there)."
    )


def test_what_is_unknown_is_left_out(world: World) -> None:
    unknown = {
        "amount_at_stake_reporting": None,
        "cost_per_week_reporting": None,
        "deals_expected": 0,
        "certainty": None,
        "drivers": None,
        "actions": "",
        "deals_affected": 1,
        "segment_type": "team",
        "segment": "North",
        "segment_name": "Team North",
    }
    world.publish(unknown)
    evaluate(world.settings)
    [row] = world.outbox()
    assert row["title"] == "Bottleneck: Legal review (New business, Team North)"
    assert "Held up: 1 deal." in row["body"]
    assert len(row["body"].splitlines()) == 3


def test_an_unreadable_published_file_is_a_clear_error(world: World) -> None:
    world.publish({})
    world.settings.paths.published_database.resolve().write_bytes(b"not a database")
    with pytest.raises(JalurError, match="run `jalur run`"):
        evaluate(world.settings)


def test_a_bottleneck_that_gets_worse_is_told_once_per_severity(world: World) -> None:
    for severity in ("medium", "high", "medium", "high", "critical", "critical"):
        world.publish({"severity": severity})
        evaluate(world.settings)
    titles = [row["title"].split(":")[0] for row in world.outbox()]
    assert titles == ["Bottleneck", "Worse", "Worse"]


def test_an_episode_that_is_part_of_a_wider_one_is_not_told(world: World) -> None:
    world.publish({}, {"bottleneck_id": "b2", "segment": "North", "part_of_bottleneck_id": "b1"})
    assert evaluate(world.settings) == 1


def test_a_lost_state_tells_what_is_open_once_more_and_nothing_of_the_past(world: World) -> None:
    over = {"bottleneck_id": "b2", "stage_id": "demo", **RESOLVED}
    world.publish({}, {**over, "resolved_on": None})
    evaluate(world.settings)
    world.publish({}, over)
    evaluate(world.settings)
    assert len(world.outbox()) == 3
    for path in world.settings.paths.root.glob("state.sqlite*"):
        path.unlink()
    assert evaluate(world.settings) == 1
    assert evaluate(world.settings) == 0
    assert [row["entity"] for row in world.outbox()] == ["b1"]
