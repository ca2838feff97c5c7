"""The graph that Dagster shows, the job, the schedule and the sensors."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from dagster_project.dbt_assets import in_build_order, model_names
from dagster_project.dbt_project import manifest_path
from jalur.settings import load_settings

SNAPSHOT = Path(__file__).with_name("asset_graph.json")


def _graph(definitions: dg.Definitions) -> dict[str, list[str]]:
    graph = definitions.get_repository_def().asset_graph
    return {
        key.to_user_string(): sorted(
            parent.to_user_string() for parent in graph.get(key).parent_keys
        )
        for key in sorted(graph.get_all_asset_keys())
    }


def test_the_graph_is_the_one_we_know(definitions: dg.Definitions) -> None:
    """A change of the graph is a change of the snapshot: UPDATE_SNAPSHOT=1 writes it anew."""
    graph = _graph(definitions)
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(json.dumps(graph, indent=1) + "\n")
    assert graph == json.loads(SNAPSHOT.read_text())


def test_the_graph_is_connected(definitions: dg.Definitions) -> None:
    graph = _graph(definitions)
    neighbours: dict[str, set[str]] = {key: set(parents) for key, parents in graph.items()}
    for key, parents in graph.items():
        for parent in parents:
            neighbours[parent].add(key)
    # One extraction step makes all landed entities of a source.
    reached, frontier = set(), {key for key in graph if key.startswith("raw_files/")}
    while frontier:
        reached |= frontier
        frontier = {other for key in frontier for other in neighbours[key]} - reached
    assert reached == set(graph)


def test_the_refresh_runs_everything_but_the_weekly_review(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("refresh_warehouse")
    selected = job.asset_layer.executable_asset_keys
    everything = definitions.get_repository_def().asset_graph.get_all_asset_keys()
    assert selected == everything - {dg.AssetKey("pipeline_review")}


def test_a_seed_is_built_before_what_reads_it(definitions: dg.Definitions) -> None:
    manifest = manifest_path(load_settings())
    seed = dg.AssetKey(["intermediate", "canonical_stages"])
    reader = dg.AssetKey(["intermediate", "int_lead_status_events"])
    assert in_build_order(manifest, {reader, seed}) == [seed, reader]
    assert model_names(manifest)[seed] == "canonical_stages"


def test_the_refresh_ticks_in_business_time(definitions: dg.Definitions) -> None:
    schedule = definitions.get_repository_def().get_schedule_def("refresh_warehouse_schedule")
    assert schedule.execution_timezone == "Asia/Jakarta"
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 7, 1, 22, 0, tzinfo=UTC)
    )
    assert len(schedule.evaluate_tick(context).run_requests or []) == 1


def test_the_review_waits_for_a_publication(definitions: dg.Definitions) -> None:
    schedule = definitions.get_repository_def().get_schedule_def("weekly_review")
    assert schedule.execution_timezone == "Asia/Jakarta"
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 7, 6, 0, 0, tzinfo=UTC)
    )
    assert "nothing is published yet" in (schedule.evaluate_tick(context).skip_message or "")


def test_the_bottleneck_sensor_waits_for_a_publication(definitions: dg.Definitions) -> None:
    sensor = definitions.get_repository_def().get_sensor_def("bottleneck_sensor")
    with dg.build_sensor_context() as context:
        result = sensor.evaluate_tick(context)
    assert "nothing is published yet" in (result.skip_message or "")


def test_sensors_run_without_being_switched_on(definitions: dg.Definitions) -> None:
    states = {s.name: s.default_status for s in definitions.get_repository_def().sensor_defs}
    assert states == {
        "bottleneck_sensor": dg.DefaultSensorStatus.RUNNING,
        "run_failure_alerts": dg.DefaultSensorStatus.RUNNING,
    }


def test_both_sources_make_one_graph(home: Path, tmp_path: Path) -> None:
    script = (
        "from dagster_project.definitions import defs;"
        "keys = defs.get_repository_def().asset_graph.get_all_asset_keys();"
        "print(len([k for k in keys if k.path[0] in ('raw_demo', 'raw_files')]))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "JALUR_HOME": str(tmp_path), "JALUR_SOURCES": "demo,files"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split()[-1] == "40"
