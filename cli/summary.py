"""The screen at the end of a run: what came in, what was found, what is out, where it lies."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

from cli.health import show_bottlenecks
from cli.screen import console, heading, table
from dagster_project.run_context import run_ending
from ingestion.check_results import read_check_results
from jalur.checks import CheckResult
from jalur.runs import find_run
from jalur.settings import Settings
from serving import current_publication

COUNTS = ("rows_read", "rows_landed", "rows_unchanged", "rows_quarantined")


@dataclass(frozen=True)
class Outcome:
    """What one execution of the job left behind; `extracted` has source, entity and counts."""

    run_id: str | None
    extracted: list[tuple[str, str, dict[str, int]]]
    checks: list[CheckResult]

    @classmethod
    def of(cls, settings: Settings, result: Any) -> Self:
        """Read it from the job's events and the landing zone."""
        extracted = []
        for event in result.all_events:
            if event.is_step_materialization:
                materialization = event.step_materialization_data.materialization
                metadata = {name: item.value for name, item in materialization.metadata.items()}
                if "rows_read" in metadata:
                    folder, entity = materialization.asset_key.path[-2:]
                    extracted.append((folder.removeprefix("raw_"), entity, metadata))
        run_id = find_run(settings.paths, run_ending(result.run_id))
        checks = read_check_results(settings.paths, run_id) if run_id else []
        return cls(run_id, extracted, checks)


def show_summary(
    settings: Settings,
    outcome: Outcome,
    published: bool,
    seconds: dict[str, float],
    total_seconds: float,
) -> None:
    """Print the whole screen; without a publication, what there is of it."""
    _show_extraction(outcome)
    _show_checks(outcome.checks)
    if not published:
        return
    _show_marts(settings)
    show_bottlenecks(settings)
    _show_places(settings, seconds, total_seconds)


def _show_extraction(outcome: Outcome) -> None:
    found = [each for each in outcome.extracted if each[2]["files"]]
    if not found:
        return
    heading("Extracted")
    if not any(counts["rows_read"] for _, _, counts in found):
        console.print(f"Nothing new in {len(found)} entities.")
        return
    # Of several sources their sums: entities by the dozen are no summary.
    is_one = len({source for source, _, _ in found}) == 1
    sums: dict[str, Counter[str]] = {}
    for source, entity, counts in found:
        name = entity if is_one else source
        sums.setdefault(name, Counter()).update({key: int(counts[key]) for key in COUNTS})
    columns = ("entity" if is_one else "source", "read", "landed", "known before", "quarantined")
    console.print(
        table(columns, [(name, *(total[key] for key in COUNTS)) for name, total in sums.items()])
    )


def _show_checks(checks: list[CheckResult]) -> None:
    if not checks:
        return
    failed = [check for check in checks if check.status == "failed"]
    critical = sum(check.refuses for check in checks)
    passed = sum(check.status == "passed" for check in checks)
    heading("Quality")
    console.print(
        f"{len(checks)} checks: {passed} passed, {len(failed) - critical} warnings,"
        f" {critical} critical; {len(checks) - len(failed) - passed} had nothing new to look at"
    )
    if failed:
        failed.sort(key=lambda check: (not check.refuses, -check.failing_rows))
        console.print(
            table(
                ("check", "rows", "what was found"),
                (
                    (
                        f"{'CRITICAL ' if check.refuses else ''}{check.check_name}",
                        check.failing_rows,
                        _shorten(check.detail),
                    )
                    for check in failed
                ),
            )
        )


def _shorten(text: str, length: int = 110) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _show_marts(settings: Settings) -> None:
    publication = current_publication(settings.paths)
    assert publication is not None
    heading("Marts")
    marts = sorted(publication.rows.items())
    half = (len(marts) + 1) // 2
    left, right = marts[:half], marts[half:] + [("", 0)] * (2 * half - len(marts))
    rows = [
        (name, f"{count:,}".rjust(9), other, f"{others:,}".rjust(9) if other else "")
        for (name, count), (other, others) in zip(left, right, strict=True)
    ]
    console.print(table(("mart", "rows", "mart", "rows"), rows))


def _show_places(settings: Settings, seconds: dict[str, float], total_seconds: float) -> None:
    heading("Where it lies")
    console.print(f"serving file  {settings.paths.published_database}", soft_wrap=True)
    console.print(f"report        {settings.paths.report}", soft_wrap=True)
    parts = ", ".join(f"{step} {value:.0f} s" for step, value in seconds.items() if value >= 0.5)
    console.print(f"\n[dim]{total_seconds:.0f} s in all: {parts}[/]")
