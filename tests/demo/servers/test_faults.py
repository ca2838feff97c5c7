"""Every fault over a real socket: what a client sees of it, and what was counted."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.servers.faults import Faults, FaultyApp
from demo.servers.loopback import serve


async def hello(_: Request) -> Response:
    return JSONResponse({"hello": "world"})


@dataclass
class World:
    url: str
    faults: Faults

    def get(self) -> requests.Response:
        return requests.get(self.url, timeout=5)


@pytest.fixture
def world() -> Iterator[World]:
    faults = Faults(error_body=lambda status: {"code": status})
    with serve(FaultyApp(Starlette(routes=[Route("/", hello)]), faults)) as url:
        yield World(url, faults)


def test_a_call_goes_well_without_faults(world: World) -> None:
    assert world.get().json() == {"hello": "world"}
    assert (world.faults.calls, dict(world.faults.given)) == (1, {})


def test_a_limit_says_when_to_come_back_or_not(world: World) -> None:
    world.faults.script = ["too_many_requests"]
    answer = world.get()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.json() == {"code": 429}
    world.faults.retry_after = None
    world.faults.script = ["too_many_requests"]
    assert "Retry-After" not in world.get().headers


def test_server_errors_are_of_three_kinds(world: World) -> None:
    world.faults.server_error = 1.0
    assert {world.get().status_code for _ in range(30)} == {500, 502, 503}


def test_a_reset_gives_no_response_and_the_server_lives_on(world: World) -> None:
    world.faults.script = ["connection_reset"]
    with pytest.raises(requests.ConnectionError, match="reset"):
        world.get()
    assert world.get().status_code == 200


def test_a_slow_call_answers_at_last(world: World) -> None:
    world.faults.slow_seconds = 0.2
    world.faults.script = ["slow"]
    began = time.monotonic()
    assert world.get().json() == {"hello": "world"}
    assert time.monotonic() - began >= 0.2


def test_a_body_is_cut_in_a_response_that_is_whole(world: World) -> None:
    world.faults.script = ["truncated_json"]
    answer = world.get()
    assert (answer.status_code, answer.text) == (200, '{"hello"')
    assert answer.headers["Content-Type"] == "application/json"


def test_html_and_errors_come_with_200(world: World) -> None:
    world.faults.script = ["wrong_content_type", "error_body_with_200"]
    answer = world.get()
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (200, "text/html")
    answer = world.get()
    assert (answer.status_code, answer.json()) == (200, {"code": 200})


def test_shares_are_kept_and_a_seed_repeats_them() -> None:
    first, second = (Faults(seed=7, server_error=0.2, slow=0.3) for _ in range(2))
    drawn = [first.begin_call() for _ in range(2000)]
    assert drawn == [second.begin_call() for _ in range(2000)]
    assert drawn.count("server_error") == pytest.approx(400, abs=60)
    assert drawn.count("slow") == pytest.approx(600, abs=60)
    assert first.given == {"server_error": drawn.count("server_error"), "slow": drawn.count("slow")}


def test_switched_off_while_running(world: World) -> None:
    world.faults.server_error = 1.0
    assert world.get().status_code >= 500
    world.faults.quiet()
    assert world.get().status_code == 200


def test_the_world_is_edited_before_a_call(world: World) -> None:
    seen: list[int] = []
    world.get()
    world.faults.before_call(2, lambda: seen.append(world.faults.calls))
    world.get()
    assert seen == []
    world.get()
    world.get()
    assert seen == [3]


def test_a_port_is_free_again() -> None:
    app = Starlette(routes=[Route("/", hello)])
    with serve(app) as url:
        port = int(url.rsplit(":", 1)[1])
        requests.get(url, timeout=5)
    with serve(app, port) as again:
        assert requests.get(again, timeout=5).status_code == 200
