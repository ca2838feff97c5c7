"""What the reading itself says about the quality of a source: rows lost, volume, empty files."""

from collections.abc import Mapping, Sequence

import duckdb

from ingestion.extraction import EntityExtraction
from jalur.checks import CheckResult

MOST_QUARANTINED = 0.05
LEAST_VOLUME = 0.5
EXAMPLES = 3


def rows_readable(
    connection: duckdb.DuckDBPyConnection, source: str, extraction: EntityExtraction
) -> CheckResult:
    """Critical when more than 5% of an entity's rows, in all its files, could not be read."""
    quarantined, rows = extraction.current_quarantined, extraction.current_rows
    too_many = quarantined > MOST_QUARANTINED * rows
    detail = ""
    if quarantined:
        share = quarantined / rows
        detail = (
            f"{quarantined:,} of {rows:,} rows ({share:.1%}) could not be read and lie in"
            f" landing/raw_{source}/_quarantine"
        )
        if extraction.rows_quarantined:
            detail += f": {_examples(connection, extraction.entity)}"
        detail += "; correct them in the file and run again"
    return CheckResult(
        check_name=f"{extraction.entity}_rows_readable",
        source=source,
        entity=extraction.entity,
        severity="critical" if too_many else "warning",
        status="failed" if quarantined else "passed",
        failing_rows=quarantined,
        detail=detail,
    )


def _examples(connection: duckdb.DuckDBPyConnection, entity: str) -> str:
    rows = connection.execute(
        f"select file, line, problem from {entity} where problem is not null"
        f" order by file, line limit {EXAMPLES}"
    ).fetchall()
    texts = []
    for file, line, problem in rows:
        reason, _, field = problem.partition(":")
        texts.append(f"{file} row {line} {reason}{f' ({field})' if field else ''}")
    return ", ".join(texts)


def volume(
    source: str,
    extraction: EntityExtraction,
    published: Mapping[str, int],
    accept_volume: bool,
) -> CheckResult:
    """Critical when an entity has under half of the rows it had in the last published run."""
    before, now = published.get(extraction.entity, 0), extraction.current_rows
    collapsed = now < LEAST_VOLUME * before
    detail = ""
    if collapsed:
        detail = (
            f"{now:,} rows where the last published run had {before:,}; check the export, or accept"
            " the smaller volume once with: jalur run --accept-volume"
        )
    return CheckResult(
        check_name=f"{extraction.entity}_volume",
        source=source,
        entity=extraction.entity,
        severity="warning" if accept_volume else "critical",
        status="failed" if collapsed else "passed",
        failing_rows=before - now if collapsed else 0,
        detail=detail,
    )


def files_not_empty(source: str, entity: str, empty: Sequence[str]) -> CheckResult:
    """A warning for files without rows."""
    return CheckResult(
        check_name=f"{entity}_files_not_empty",
        source=source,
        entity=entity,
        severity="warning",
        status="failed" if empty else "passed",
        failing_rows=len(empty),
        detail=f"no rows in {', '.join(empty)}" if empty else "",
    )


def files_known(source: str, unknown: Sequence[tuple[str, str]]) -> CheckResult:
    """A warning for files in the folder that nothing reads."""
    names = [f"{name} (did you mean {close}?)" if close else name for name, close in unknown]
    return CheckResult(
        check_name="files_known",
        source=source,
        entity="files",
        severity="warning",
        status="failed" if unknown else "passed",
        failing_rows=len(unknown),
        detail=f"not read: {', '.join(names)}; rename them or map them" if names else "",
    )
