"""What a dbt invocation found: its tests as check results, its errors in words."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from jalur.checks import CheckResult

# Enough to name every deal of a medium-sized clean-up; screens show the first few.
EXAMPLES = 500


def read_run_results(target: Path) -> list[dict[str, Any]]:
    """The nodes of the last invocation with their manifest entries; empty where dbt wrote none."""
    path = target / "run_results.json"
    if not path.is_file():
        return []
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    results = json.loads(path.read_text())["results"]
    return [
        {**result, "node": nodes[result["unique_id"]]}
        for result in results
        if result["unique_id"] in nodes
    ]


def model_errors(results: Iterable[dict[str, Any]]) -> list[str]:
    """What failed that is not a quality finding: models, and tests that could not run."""
    return [
        f"{result['node']['name']}: {_first_lines(result['message'])}"
        for result in results
        if result["status"] == "error"
        or (result["status"] == "fail" and result["node"]["resource_type"] == "unit_test")
    ]


def incremental_models_are_whole(results: Iterable[dict[str, Any]]) -> bool:
    """Whether every model that keeps its rows from run to run was built."""
    incremental = {
        result["status"]
        for result in results
        if result["node"]["config"].get("materialized") == "incremental"
    }
    return incremental == {"success"}


def check_results(results: Iterable[dict[str, Any]], warehouse: Path) -> list[CheckResult]:
    """One result per data test; failed ones with examples of what they found."""
    checks = []
    for result in results:
        node = result["node"]
        if node["resource_type"] != "test" or result["status"] not in ("pass", "warn", "fail"):
            continue
        failed = result["status"] != "pass"
        severity = node["config"].get("severity", "error").lower()
        checks.append(
            CheckResult(
                check_name=node["name"],
                source="jalur",
                entity=_entity(node),
                severity="warning" if severity == "warn" else "critical",
                status="failed" if failed else "passed",
                failing_rows=int(result["failures"] or 0),
                detail=_examples(node, result, warehouse) if failed else "",
                tool="dbt",
            )
        )
    return checks


def _entity(node: dict[str, Any]) -> str:
    entity = node["config"].get("meta", {}).get("entity")
    if entity:
        return str(entity)
    parent = (node.get("attached_node") or "").split(".")[-1]
    return parent or node["name"]


def _examples(node: dict[str, Any], result: dict[str, Any], warehouse: Path) -> str:
    """The first rows that a failed test selected, in words where it selects an `example`."""
    sql = result.get("compiled_code") or node.get("compiled_code")
    if not sql:
        return ""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            cursor = connection.execute(f"select * from ({sql}) limit {EXAMPLES}")
            rows = cursor.fetchall()
        except duckdb.Error:
            return ""
        columns = [column[0] for column in cursor.description]
    if "example" in columns:
        place = columns.index("example")
        return "; ".join(str(row[place]) for row in rows)
    return "; ".join(
        ", ".join(f"{name} {value}" for name, value in zip(columns, row, strict=True))
        for row in rows
    )


def _first_lines(message: str | None) -> str:
    lines = [line.strip() for line in (message or "").splitlines() if line.strip()]
    return " ".join(lines[:3])
