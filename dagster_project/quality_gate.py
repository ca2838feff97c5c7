"""The gates between the steps: land what was found, show it, and refuse where it is critical."""

from typing import Any

from dagster_project.dbt_invocation import invoke
from dagster_project.dbt_project import DATA_QUALITY, target_path
from dagster_project.dbt_results import check_results, model_errors
from dagster_project.run_context import RunContext
from ingestion.check_results import land_check_results, read_check_results, refuse_on_critical
from jalur.checks import CheckResult
from jalur.errors import GateRefused, JalurError
from jalur.runs import end_run
from jalur.warehouse import make_writable


def pass_gate(run: RunContext) -> None:
    """Raise `GateRefused` where a check was critical; the quality report is built first."""
    home = run.settings.paths
    try:
        refuse_on_critical(read_check_results(home, run.run_id))
    except GateRefused:
        build_quality_report(run)
        end_run(home, run.run_id, "refused")
        raise


def land_dbt_results(run: RunContext, found: list[dict[str, Any]]) -> list[CheckResult]:
    """Land the test results of the dbt invocation that has just ended."""
    results = check_results(found, run.settings.paths.warehouse)
    land_check_results(run.settings.paths, run.run_id, results)
    return results


def judge_dbt_results(run: RunContext, found: list[dict[str, Any]], problem: str | None) -> None:
    """Raise `JalurError` where a model failed or dbt did, `GateRefused` where a critical test."""
    if errors := model_errors(found):
        raise JalurError("dbt: " + "; ".join(errors))
    pass_gate(run)
    if problem is not None:
        raise JalurError(f"dbt: {problem}")


def carry_dbt_results_over(run: RunContext, earlier_run: str) -> list[CheckResult]:
    """Land the test results of the run that built the models: nothing has changed since."""
    earlier = read_check_results(run.settings.paths, earlier_run)
    results = [result for result in earlier if result.tool == "dbt"]
    land_check_results(run.settings.paths, run.run_id, results)
    return results


def build_quality_report(run: RunContext) -> str | None:
    """Build `rpt_data_quality` alone, from the results landed so far; returns why it failed."""
    make_writable(run.settings.paths.warehouse)
    arguments = ["build", "--select", DATA_QUALITY, "--exclude-resource-type", "unit_test"]
    return invoke(arguments, run.dbt_environment, target_path(run.settings))
