"""Which episodes are news, and that they are said once."""

import json
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from alerts.delivery import deliver
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
    assert evaluate(world.settings) == 1
    assert evaluate(world.settings) == 0
    row = world.outbox()[-1]
    assert row["title"] == "Cleared: Legal review (New business)"
    assert "Data that arrived late show" in row["body"]
    # And back: whoever heard that it is over hears that it is not.
    world.publish({})
    assert evaluate(world.settings) == 1


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


def test_an_episode_long_after_one_that_is_gone_is_another(world: World) -> None:
    world.publish({"opened_on": date(2024, 9, 1)})
    evaluate(world.settings)
    world.publish({"bottleneck_id": "b9"})
    assert evaluate(world.settings) == 2
    assert [(row["rule"], row["entity"]) for row in world.outbox()] == [
        ("bottleneck_opened", "b1"),
        ("bottleneck_opened", "b9"),
        ("bottleneck_resolved", "b1"),
    ]


def test_what_was_told_of_an_heir_before_counts_and_the_old_one_is_forgotten(world: World) -> None:
    other = {"bottleneck_id": "b2", "opened_on": date(2025, 11, 10)}
    world.publish({}, other)
    evaluate(world.settings)
    world.publish(other)
    assert evaluate(world.settings) == 0
    world.publish({**other, **RESOLVED})
    assert evaluate(world.settings) == 1
    assert evaluate(world.settings) == 0


def test_who_heard_of_it_at_its_worst_hears_that_it_is_over(world: World) -> None:
    world.publish(
        {"severity": "critical", "driver_segment_type": "team", "driver_segment": "North"}
    )
    evaluate(world.settings)
    world.publish({"severity": "medium", **RESOLVED})
    evaluate(world.settings)
    opened, resolved = (json.loads(row["labels"]) for row in world.outbox())
    assert resolved == opened
    assert opened["severity"] == "critical"
    assert opened["teams"] == ["North"]


def test_a_second_time_is_as_good_a_story_as_the_first(world: World) -> None:
    story = [("medium", {}), ("high", {}), ("high", RESOLVED), ("medium", {}), ("high", {})]
    for severity, change in [*story, ("high", RESOLVED)]:
        world.publish({"severity": severity, **change})
        evaluate(world.settings)
    rules = [row["rule"].removeprefix("bottleneck_") for row in world.outbox()]
    assert rules == ["opened", "worsened", "resolved"] * 2


def test_one_that_has_become_part_of_a_wider_one_is_not_told_again(world: World) -> None:
    world.publish({"severity": "medium"})
    evaluate(world.settings)
    world.publish({"severity": "critical", "part_of_bottleneck_id": "b0"})
    assert evaluate(world.settings) == 0
    # Whoever heard that it opened hears that it is over.
    world.publish({"part_of_bottleneck_id": "b0", **RESOLVED})
    assert evaluate(world.settings) == 1


def test_a_publication_of_the_future_does_not_silence_those_after_it(world: World) -> None:
    world.publish(as_of="2999-12-31 23:59:59")
    evaluate(world.settings)
    world.publish({})
    assert evaluate(world.settings) == 1


# One episode that was told, and its message, which was not sent yet.
OLD_STATE = """
create table episodes (
    bottleneck_id text primary key, series text not null, opened_on text not null,
    alerted_state text not null, updated_at text not null
);
create table outbox (
    message_id integer primary key, rule text not null, entity text not null, period text not null,
    title text not null, body text not null, created_at text not null, claimed_at text,
    sent_at text, attempts integer not null default 0, last_error text,
    unique (rule, entity, period)
);
insert into episodes values ('b1', '["demo"]', '2025-11-03', 'open', '2025-11-04');
insert into outbox (rule, entity, period, title, body, created_at) values (
    'bottleneck_opened', 'b1', '2025-11-03', 'Bottleneck: as it was told then', '', '2025-11-04'
);
"""


def test_the_state_of_an_earlier_version_is_taken_over(world: World) -> None:
    world.settings.paths.root.mkdir(parents=True)
    with closing(sqlite3.connect(world.settings.paths.state)) as old, old:
        old.executescript(OLD_STATE)
    world.publish({"severity": "medium"})
    assert evaluate(world.settings) == 0
    world.publish({"severity": "high"})
    assert evaluate(world.settings) == 1
    assert [message.title for message in deliver(world.settings)] == [
        "Bottleneck: as it was told then",
        "Worse: Legal review (New business)",
    ]


def test_fields_that_a_source_changes_are_told_once_per_run(world: World) -> None:
    world.publish(changed_fields="properties.amount was text and is number")
    assert evaluate(world.settings) == 1
    assert evaluate(world.settings) == 0
    [row] = world.outbox()
    assert row["title"] == "Sales pipeline: hubspot sends other fields"
    assert "In the deals of hubspot: properties.amount was text and is number." in row["body"]
    # The next run tells the same of the one that noticed it.
    world.publish(changed_fields="properties.amount was text and is number")
    assert evaluate(world.settings) == 0
