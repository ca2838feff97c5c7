"""Check results as Dagster shows them."""

from collections.abc import Iterable, Iterator, Sequence

import dagster as dg

from jalur.checks import CheckResult

TABLE = dg.TableSchema(
    [
        dg.TableColumn("check"),
        dg.TableColumn("severity"),
        dg.TableColumn("status"),
        dg.TableColumn("failing_rows", "int"),
    ]
)


def as_asset_checks(
    results: Iterable[CheckResult], keys: Iterable[dg.AssetCheckKey]
) -> Iterator[dg.AssetCheckResult]:
    """One asset check per result that a step promised, known by its check's name."""
    promised = {key.name: key for key in keys}
    for result in results:
        if result.check_name in promised:
            yield _asset_check(promised[result.check_name], [result])


def as_entity_checks(
    results: Sequence[CheckResult], keys: Iterable[dg.AssetCheckKey]
) -> Iterator[dg.AssetCheckResult]:
    """One asset check per entity with all its results: hundreds would tell nobody anything."""
    for key in keys:
        entity = key.asset_key.path[-1]
        yield _asset_check(key, [result for result in results if result.entity == entity])


def _asset_check(key: dg.AssetCheckKey, results: Sequence[CheckResult]) -> dg.AssetCheckResult:
    failed = [result for result in results if result.status == "failed"]
    refuses = any(result.refuses for result in failed)
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if refuses else dg.AssetCheckSeverity.WARN,
        description="; ".join(result.detail for result in failed if result.detail) or None,
        metadata={
            "failing_rows": sum(result.failing_rows for result in failed),
            "results": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "check": result.check_name,
                            "severity": result.severity,
                            "status": result.status,
                            "failing_rows": result.failing_rows,
                        }
                    )
                    for result in results
                ],
                schema=TABLE,
            ),
        },
    )
