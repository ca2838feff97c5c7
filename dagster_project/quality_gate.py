"""The gates between the steps: land what was found, show it, and refuse where it is critical."""

from dagster_dbt import DbtCliResource

from dagster_project import dbt_cli
from dagster_project.dbt_results import check_results, model_errors, read_run_results
from ingestion.check_results import land_check_results, read_check_results, refuse_on_critical
from jalur.errors import GateRefused, JalurError
from jalur.settings import Settings
from jalur.warehouse import make_writable


def pass_gate(settings: Settings, run_id: str, dbt: DbtCliResource) -> None:
    """Raise `GateRefused` where a check was critical; the quality report is built first."""
    try:
        refuse_on_critical(read_check_results(settings.paths, run_id))
    except GateRefused:
        build_quality_report(settings, dbt)
        raise


def settle_dbt_results(
    settings: Settings, run_id: str, dbt: DbtCliResource, problem: Exception | None
) -> None:
    """Land the test results of the dbt invocation that has just ended, and judge them.

    Raises `JalurError` where a model failed or dbt itself did, `GateRefused` where a test of
    severity error found rows.
    """
    results = read_run_results(dbt_cli.target_path(settings))
    warehouse = settings.paths.warehouse
    land_check_results(settings.paths, run_id, check_results(results, warehouse))
    if errors := model_errors(results):
        raise JalurError("dbt: " + "; ".join(errors))
    pass_gate(settings, run_id, dbt)
    if problem is not None:
        raise JalurError(f"dbt: {problem}")


def carry_dbt_results_over(settings: Settings, run_id: str, earlier_run: str) -> None:
    """Land the test results of the run that built the models: nothing has changed since."""
    results = read_check_results(settings.paths, earlier_run)
    land_check_results(
        settings.paths, run_id, [result for result in results if result.tool == "dbt"]
    )


def build_quality_report(settings: Settings, dbt: DbtCliResource) -> None:
    """Build `rpt_data_quality` alone, from the results landed so far."""
    make_writable(settings.paths.warehouse)
    dbt.cli(
        ["build", "--select", dbt_cli.DATA_QUALITY, "--exclude-resource-type", "unit_test"],
        target_path=dbt_cli.target_path(settings),
    ).wait()
