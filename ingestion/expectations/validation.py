"""Validate what was landed and not validated yet, also what a killed run left."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from ingestion.expectations.engine import Engine, Finding
from ingestion.expectations.frames import CHUNK_ROWS, frames, open_connection
from ingestion.expectations.suites import ExpectedColumn, suite
from ingestion.landing import landed_name
from ingestion.sources.registry import landed_entities
from ingestion.validated import save_validated_files, validated_files
from jalur.checks import CheckResult
from jalur.files import parquet_files
from jalur.settings import Settings

# Called with the entity that was validated, how many are done, and how many there are.
Progress = Callable[[str, int, int], None]
TOOL = "great_expectations"

EXPLANATIONS = {
    "is_present": "have no key",
    "is_unique_per_version": "were landed twice as the same version",
    "is_readable": "have a time that is not ISO 8601, such as 2026-01-31T09:00:00+07:00",
    "is_in_range": "lie before 1970 or more than ten years ahead",
    "resolves": "refer to a record that was never landed",
    "is_share": "are not between 0 and 1; percent is mapped with a factor of 0.01",
    "is_score": "are not between 0 and 10",
    "is_not_negative": "are negative",
    "is_known_currency": "are no ISO 4217 currency code",
    "is_not_before": "lie before the creation",
}


def validate(
    settings: Settings,
    source: str,
    as_of: datetime,
    *,
    chunk_rows: int = CHUNK_ROWS,
    progress: Progress | None = None,
) -> list[CheckResult]:
    """One result per expectation of the source; `skipped` where nothing new was landed."""
    home = settings.paths
    entities = landed_entities(source)
    known = validated_files(home, source)
    new = {
        entity: [
            path
            for path in parquet_files(home.landed_table(source, entity))
            if landed_name(path) not in known
        ]
        for entity in entities
    }
    engine = Engine(as_of) if any(new.values()) else None
    results: list[CheckResult] = []
    with closing(open_connection(home, settings.timezone)) as connection:
        for done, (name, entity) in enumerate(entities.items(), start=1):
            expected = list(suite(entity))
            findings: dict[str, Finding] = {}
            if engine is not None and new[name]:
                chunks = frames(connection, home, source, entity, new[name], chunk_rows)
                findings = engine.validate(name, expected, chunks)
            results += [_result(source, item, findings) for item in expected]
            if progress is not None:
                progress(name, done, len(entities))
    if not any(result.refuses for result in results):
        # A refused batch is judged again until it is mended.
        files = [landed_name(path) for paths in new.values() for path in paths]
        save_validated_files(home, source, files)
    return results


def _result(source: str, expected: ExpectedColumn, findings: dict[str, Finding]) -> CheckResult:
    finding = findings.get(expected.check_name)
    detail = ""
    if finding is not None and finding.unexpected:
        detail = f"{finding.unexpected:,} values of {expected.field} {EXPLANATIONS[expected.rule]}"
        if expected.column == expected.field and finding.examples:
            detail += f": {', '.join(finding.examples)}"
    return CheckResult(
        check_name=expected.check_name,
        source=source,
        entity=expected.entity,
        severity=expected.severity,
        status="skipped" if finding is None else "failed" if finding.unexpected else "passed",
        failing_rows=finding.unexpected if finding else 0,
        detail=detail,
        tool=TOOL,
    )
