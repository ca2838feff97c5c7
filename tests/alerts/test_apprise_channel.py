"""Apprise: what may be called, what a failure leaves behind, and that secrets stay secret."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts import apprise_channel
from alerts.apprise_channel import AppriseChannel
from alerts.apprise_process import shortened
from alerts.delivery import deliver
from alerts.evaluation import evaluate
from alerts.guarded_network import is_private
from tests.alerts.receivers import SECRET, MailServer, WebHook, free_port
from tests.alerts.world import World, routes_to

NOW = datetime.now(UTC)


def world_with(make_world: Callable[..., World], *urls: str) -> World:
    """A message that waits for these URLs, which may be private."""
    world = make_world(routes_to(*urls))
    world.publish({})
    evaluate(world.settings)
    return world


def test_a_web_hook_gets_the_message_once(make_world: Callable[..., World], hook: WebHook) -> None:
    world = world_with(make_world, hook.url, hook.url)
    assert len(deliver(world.settings)) == 1
    assert deliver(world.settings) == []
    [request] = hook.received
    assert request["title"] == "Bottleneck: Legal review (New business)"
    assert "Held up: 87 deals worth USD 1,234,568" in request["message"]
    assert not world.settings.paths.alerts.exists()


def test_a_letter_is_html_with_the_same_words(
    make_world: Callable[..., World], post: MailServer
) -> None:
    world = world_with(make_world, post.url)
    assert len(deliver(world.settings)) == 1
    [letter] = post.letters
    assert letter["Subject"] == "Bottleneck: Legal review (New business)"
    assert letter["To"] == "sales@example.org"
    html = letter.get_body(("html",))
    plain = letter.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "<strong>Held up.</strong> 87 deals worth USD 1,234,568" in html.get_content()
    assert "87 deals worth USD 1,234,568" in plain.get_content()


def test_a_channel_that_is_down_is_recorded_retried_and_keeps_its_secret(
    make_world: Callable[..., World], hook: WebHook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world = world_with(make_world, f"json://user:{SECRET}@127.0.0.1:{free_port()}/", hook.url)
    for attempt in (1, 2):
        assert deliver(world.settings, NOW + timedelta(minutes=10 * attempt)) == []
        [row] = world.outbox()
        assert row["attempts"] == attempt
        assert row["sent_at"] is None
        assert "JSON 127.0.0.1" in row["last_error"]
        assert "onnection error" in row["last_error"]
    # The channel that works had it at the first attempt, and only then.
    assert len(hook.received) == 1
    assert SECRET not in caplog.text + str(world.outbox())

    mended = make_world(routes_to(hook.url))
    assert len(deliver(mended.settings, NOW + timedelta(hours=1))) == 1
    assert len(hook.received) == 1
    assert world.outbox()[0]["last_error"] is None


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("refuses", "503"),
        ("redirects", "which is not followed"),
        ("waits", "no answer within 3 seconds"),
        ("never ends", "no answer within 3 seconds|more than it should"),
    ],
)
def test_a_target_that_does_not_do_as_it_should_costs_little_and_is_tried_again(
    make_world: Callable[..., World],
    hook: WebHook,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
    said: str,
) -> None:
    monkeypatch.setattr(apprise_channel, "MOST_SECONDS", 3)
    # Whatever the URL itself asks for.
    world = world_with(make_world, hook.url + "?redirect=yes&rto=900")
    hook.behaviour = behaviour  # type: ignore[assignment]
    assert deliver(world.settings) == []
    assert hook.elsewhere == []
    [row] = world.outbox()
    assert any(each in row["last_error"] for each in said.split("|"))
    hook.behaviour = "takes"
    assert len(deliver(world.settings, NOW + timedelta(hours=1))) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433"])
def test_a_private_address_is_refused_unless_the_route_allows_it(
    make_world: Callable[..., World], hook: WebHook, host: str
) -> None:
    world = make_world(alert_urls=(f"json://{host}:{hook.port}/{SECRET}",))
    world.publish({})
    evaluate(world.settings)
    assert deliver(world.settings) == []
    assert hook.received == []
    assert "private_network = true" in world.outbox()[0]["last_error"]


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("192.168.1.1", True),
        ("169.254.169.254", True),
        ("100.64.0.1", True),
        ("0.0.0.0", True),
        ("224.0.0.1", True),
        ("fe80::1%eth0", True),
        ("fd00::1", True),
        ("::ffff:10.0.0.1", True),
        ("64:ff9b::a00:1", True),
        ("2002:a00:1::", True),
        ("::1", True),
        ("::", True),
        ("::127.0.0.1", True),
        ("::ffff:0:127.0.0.1", True),
        ("fec0::1", True),
        ("8.8.8.8", False),
        ("2606:4700:4700::1111", False),
        ("::ffff:8.8.8.8", False),
    ],
)
def test_which_addresses_are_private(address: str, private: bool) -> None:
    assert is_private(address) is private


def test_no_proxy_is_used_to_reach_what_is_refused(
    make_world: Callable[..., World], hook: WebHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{hook.port}")
    world = make_world(alert_urls=("json://10.0.0.7/x", "json://192.0.2.1/x"))
    world.publish({})
    evaluate(world.settings)
    assert deliver(world.settings) == []
    assert hook.received == []


def test_nothing_in_the_current_folder_is_run(
    make_world: Callable[..., World], hook: WebHook
) -> None:
    world = world_with(make_world, hook.url)
    Path("requests.py").write_text("raise SystemExit('imported')")
    assert len(deliver(world.settings)) == 1


@pytest.mark.parametrize(
    "url", ["ntfy://example.org/a/b", "mailtos://u:p@example.org?to=a@example.org,b@example.org"]
)
def test_a_url_with_several_recipients_is_refused(url: str) -> None:
    assert "it names 2 recipients" in AppriseChannel(Path(), url).problem


@pytest.mark.parametrize(
    "url",
    [
        "syslog://localhost",
        "rsyslog://localhost",
        "kodi://localhost",
        "dbus://",
        "exec:///bin/sh",
        "file:///etc/passwd",
        "https://example.org/" + SECRET,
        "tgram://" + SECRET,
        SECRET,
    ],
)
def test_what_does_not_reach_people_is_refused(make_world: Callable[..., World], url: str) -> None:
    world = world_with(make_world, url)
    assert deliver(world.settings) == []
    [row] = world.outbox()
    assert "not allowed" in row["last_error"] or "not a URL that Apprise" in row["last_error"]
    assert SECRET not in row["last_error"]


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "Slack"),
        ("https://discord.com/api/webhooks/12345678901/abcdefghijklmnopqrstu", "Discord"),
        ("mailtos://bob:secretpass@example.org?to=sales@example.org", "E-Mail"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "Telegram"),
    ],
)
def test_a_vendors_own_address_is_known_and_its_label_safe(url: str, service: str) -> None:
    label = AppriseChannel(Path(), url).label
    assert label.startswith(service)
    for secret in ("TIiajk", "T1JJ3T3L2", "abcdefg", "123456789", "secretpass"):
        assert secret not in label


def test_a_long_text_is_cut_between_lines_and_keeps_its_last_one() -> None:
    body = "\n".join([*(f"line {number}" for number in range(100)), "The report: here"])
    short = shortened(body, 100)
    assert len(short) <= 100
    assert short.startswith("line 0\nline 1\n")
    assert short.endswith("\n...\nThe report: here")
    assert shortened(body, 2000) == body
