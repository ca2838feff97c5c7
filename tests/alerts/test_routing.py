"""Which message goes where."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alerts.delivery import deliver
from alerts.evaluation import evaluate
from alerts.failures import notify_failure
from alerts.message import Labels
from alerts.routing import VARIABLE, Route, load_routes
from jalur.errors import ConfigurationError
from tests.alerts.receivers import WebHook, web_hook
from tests.alerts.world import World, routes_to

NORTH_REP = {
    "bottleneck_id": "b2",
    "segment_type": "rep",
    "segment": "R-1",
    "segment_name": "Ann Lee",
    "severity": "medium",
    "drivers": "Ann Lee as a whole: nobody and nothing in it stands out.",
}


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ({}, True),
        ({"severity": "high"}, True),
        ({"severity": "critical"}, False),
        ({"pipelines": ("renewal",)}, False),
        ({"pipelines": ("renewal", "new_business")}, True),
        ({"teams": ("North",)}, True),
        ({"teams": ("South",)}, False),
        ({"topics": ("operations",)}, False),
    ],
)
def test_a_bottleneck_goes_where_a_rule_takes_it(rule: dict[str, object], taken: bool) -> None:
    route = Route.model_validate({"name": "a", "urls": ["json://x"], **rule})
    assert route.takes(Labels("bottlenecks", "high", "new_business", ("North",))) is taken


def test_a_rule_about_teams_holds_for_bottlenecks_alone() -> None:
    route = Route(name="a", urls=("json://x",), teams=("North",), severity="critical")
    assert route.takes(Labels("operations"))
    assert route.takes(Labels("review"))


def test_two_routes_each_get_their_own_and_a_shared_url_gets_it_once(
    make_world: Callable[..., World], hook: WebHook
) -> None:
    with web_hook() as other:
        routes = routes_to(hook.url, more='teams = ["North"]') + routes_to(
            other.url, hook.url, more='severity = "high"'
        )
        world = make_world(routes)
        world.publish({}, NORTH_REP)
        evaluate(world.settings)
        assert len(deliver(world.settings)) == 2
        [both] = hook.texts
        assert both.startswith("Bottlenecks: 2 opened\nBottleneck: Legal review (New business)\n")
        assert "\n\nBottleneck: Legal review (New business, one rep)\n" in both
        [high] = other.texts
        assert high.startswith("Bottleneck: Legal review (New business)\n")


def test_what_no_route_takes_goes_to_the_file(
    make_world: Callable[..., World], hook: WebHook
) -> None:
    world = make_world(routes_to(hook.url, more='topics = ["operations"]'))
    world.publish({})
    evaluate(world.settings)
    assert len(deliver(world.settings)) == 1
    assert len(notify_failure(world.settings, "run7", "dbt failed")) == 1
    assert [line["rule"] for line in world.lines()] == ["bottleneck_opened"]
    assert [text.splitlines()[0] for text in hook.texts] == ["Sales pipeline: refresh failed"]


def test_persons_are_named_only_where_the_route_allows_it(
    make_world: Callable[..., World], hook: WebHook
) -> None:
    with web_hook() as trusted:
        world = make_world(
            routes_to(hook.url) + routes_to(trusted.url, more="personal_data = true")
        )
        world.publish(NORTH_REP)
        evaluate(world.settings)
        deliver(world.settings)
        [public], [private] = hook.texts, trusted.texts
        assert "Ann" not in public
        assert "one rep as a whole" in public
        assert private.count("Ann Lee") == public.count("one rep") == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[routes]\n", "no TOML"),
        ("", "routes: Field required"),
        ('[[routes]]\nname = "a"\nurls = []\n', "routes.number 1.urls"),
        ('[[routes]]\nname = "a"\nurls = ["json://x"]\nteam = "b"\n', "number 1.team: Extra"),
        ('[[routes]]\nname = "a"\nurls = ["json://x"]\nseverity = "red"\n', "severity"),
        ('[[routes]]\nname = "a"\nurls = ["json://${NO_SUCH}"]\n', "NO_SUCH, which is not set"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(
    make_world: Callable[..., World], text: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"alerts\.toml") as caught:
        load_routes(make_world(text).settings)
    assert said in str(caught.value)
    assert "json://" not in str(caught.value)


def test_secrets_come_from_the_environment(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALES_TOKEN", "abc")
    [route] = load_routes(make_world(routes_to("json://x/${SALES_TOKEN}")).settings)
    assert route.urls == ("json://x/abc",)


def test_the_example_is_a_file_of_routes(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = Path(__file__).parents[2] / "examples" / "alerts.toml"
    for name in VARIABLE.findall(example.read_text().split("[[routes]]", maxsplit=1)[1]):
        monkeypatch.setenv(name, "value")
    routes = load_routes(make_world(alert_routes=example).settings)
    assert [route.name for route in routes] == [
        "sales leaders",
        "team North",
        "who runs the warehouse",
    ]


def test_a_file_that_is_not_there_is_told(make_world: Callable[..., World]) -> None:
    settings = make_world(alert_routes=Path("nowhere.toml")).settings
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml cannot be read"):
        load_routes(settings)
