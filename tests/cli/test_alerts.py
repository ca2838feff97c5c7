"""`jalur alerts`, `jalur review`, and what `jalur doctor` says of messages that wait."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import serving
from alerts.delivery import deliver
from alerts.evaluation import evaluate
from cli.main import app
from jalur.settings import Settings
from tests.alerts.receivers import WebHook, free_port, web_hook
from tests.alerts.world import World, routes_to
from tests.serving.company import AS_OF, RUN_ID
from tests.serving.marts import Marts
from tests.serving.test_review import add_review

Jalur = Callable[..., Result]


@pytest.fixture
def jalur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jalur:
    """The command in this process, for a home below the test's folder and its routes."""
    for name in [name for name in os.environ if name.startswith("JALUR_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JALUR_HOME", str(tmp_path / "home"))
    # As wide as a line of a test may be: what is said is not broken.
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


@pytest.fixture
def world(jalur: Jalur, tmp_path: Path) -> World:
    world = World(Settings(home=tmp_path / "home"))
    world.publish(
        {"bottleneck_id": "abc1"},
        {"bottleneck_id": "abd2", "stage_name": "Demo", "stage_id": "demo"},
        {"bottleneck_id": "abe3", "part_of_bottleneck_id": "abc1", "segment": "North"},
    )
    evaluate(world.settings)
    return world


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with web_hook() as server:
        yield server


def test_one_is_acknowledged_by_the_beginning_of_its_id(jalur: Jalur, world: World) -> None:
    assert jalur("alerts", "ack", "ab").exit_code == 1
    assert jalur("alerts", "ack", "").exit_code == 1
    said = jalur("alerts", "ack", "abc", "--days", "3", "--note", "in hand")
    assert said.exit_code == 0
    assert "Legal review (New business): acknowledged" in said.output
    listed = jalur("alerts", "list").output
    [legal] = [line for line in listed.splitlines() if line.startswith("abc1")]
    [demo] = [line for line in listed.splitlines() if line.startswith("abd2")]
    day = datetime.now(UTC) + timedelta(days=3)
    assert f"acknowledged until {day:%d %B %Y}: in hand" in legal
    assert demo.rstrip().endswith("told")
    assert "abe3" not in listed
    assert "snoozed" in jalur("alerts", "snooze", "abc").output


def test_an_id_that_nobody_has_is_told(jalur: Jalur, world: World) -> None:
    result = jalur("alerts", "ack", "zzz")
    assert result.exit_code == 1
    assert "no open bottleneck has an id that begins with 'zzz'" in result.output


def test_a_test_message_tells_which_channel_took_it(
    jalur: Jalur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No channel is set" in jalur("alerts", "test").output
    with web_hook() as hook:
        routes = tmp_path / "alerts.toml"
        routes.write_text(routes_to(hook.url, f"json://127.0.0.1:{free_port()}"))
        monkeypatch.setenv("JALUR_ALERT_ROUTES", str(routes))
        result = jalur("alerts", "test")
        assert result.exit_code == 1
        assert result.output.count("sent") == 1
        assert result.output.count("failed") == 1
        assert [text.splitlines()[0] for text in hook.texts] == ["Sales pipeline: test message"]


def test_what_was_given_up_is_shown_and_can_be_sent_again(
    jalur: Jalur, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: WebHook
) -> None:
    routes = tmp_path / "alerts.toml"
    routes.write_text(routes_to(hook.url))
    monkeypatch.setenv("JALUR_ALERT_ROUTES", str(routes))
    hook.behaviour = "refuses"
    settings = world.settings.model_copy(update={"alert_routes": routes})
    for days in (0, 8):
        deliver(settings, datetime.now(UTC) + timedelta(days=days))
    doctor = jalur("doctor")
    assert doctor.exit_code == 2
    assert "2 messages were given up after a week" in doctor.output
    assert "given up" in jalur("alerts", "list").output

    hook.behaviour = "takes"
    assert "2 of 2 messages sent." in jalur("alerts", "resend").output
    assert "every message was sent" in jalur("doctor").output
    assert [text.splitlines()[0] for text in hook.texts] == ["Bottlenecks: 2 opened"]


def test_a_wrong_file_of_routes_ends_with_two(
    jalur: Jalur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alerts.toml").write_text('[[routes]]\nname = "a"\n')
    monkeypatch.setenv("JALUR_ALERT_ROUTES", "alerts.toml")
    result = jalur("alerts", "test")
    assert result.exit_code == 2
    assert "alerts.toml: routes.number 1.urls: Field required" in result.output
    assert jalur("doctor").exit_code == 2


def test_a_review_by_hand_is_sent_once(jalur: Jalur, tmp_path: Path) -> None:
    nothing = jalur("review")
    assert nothing.exit_code == 1
    assert "run `jalur run` first" in nothing.output
    settings = Settings(home=tmp_path / "home")
    settings.paths.create()
    with Marts(settings.paths.warehouse) as marts:
        add_review(marts)
    serving.publish(settings, RUN_ID, AS_OF)

    assert "Pipeline review, 22 to 28 June 2026" in jalur("review").output
    assert not settings.paths.alerts.exists()
    assert "Sent." in jalur("review", "--send").output
    assert "was sent before" in jalur("review", "--send").output
    assert len(settings.paths.alerts.read_text().splitlines()) == 1
    assert jalur("review", "--week", "2026-06-30").exit_code == 1
    assert jalur("review", "--week", "June").exit_code == 2
