"""Check results as Dagster shows them."""

from collections.abc import Iterable, Iterator

import dagster as dg

from jalur.checks import CheckResult


def as_asset_checks(
    results: Iterable[CheckResult], key_prefix: str
) -> Iterator[dg.AssetCheckResult]:
    """One asset check result per check; the entity is the last part of its asset key."""
    for result in results:
        yield dg.AssetCheckResult(
            asset_key=[key_prefix, result.entity],
            check_name=result.check_name,
            passed=result.status != "failed",
            severity=(
                dg.AssetCheckSeverity.ERROR
                if result.severity == "critical"
                else dg.AssetCheckSeverity.WARN
            ),
            metadata={"failing_rows": result.failing_rows, "detail": result.detail or "none"},
        )
