"""Great Expectations, run on one frame after the other and added up."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from babel.numbers import list_currencies

from ingestion.expectations.suites import ExpectedColumn

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_AFTER_AS_OF = timedelta(days=3653)
EXAMPLES = 5


@dataclass
class Finding:
    """What was found so far of one expectation."""

    unexpected: int = 0
    examples: list[str] = field(default_factory=list)


class Engine:
    """One ephemeral context for all entities; nothing is written, shown or sent."""

    def __init__(self, as_of: datetime) -> None:
        # Importing takes seconds; a run with nothing new never does.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        # It loads Spark, too, where it finds it, and Spark ends a process like that of the tests.
        spark = sys.modules.get("pyspark")
        sys.modules["pyspark"] = None  # type: ignore[assignment]
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        if spark is None:
            del sys.modules["pyspark"]
        else:
            sys.modules["pyspark"] = spark
        self._gx = gx
        self._latest = as_of + LATEST_AFTER_AS_OF
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._source = context.data_sources.add_pandas("landed")

    def validate(
        self, entity: str, expected: list[ExpectedColumn], frames: Iterable[pd.DataFrame]
    ) -> dict[str, Finding]:
        """Findings by check name over all frames; raises where an expectation cannot be run."""
        findings = {item.check_name: Finding() for item in expected}
        suite = self._gx.ExpectationSuite(
            name=entity, expectations=[self._expectation(item) for item in expected]
        )
        asset = self._source.add_dataframe_asset(entity)
        definition = asset.add_batch_definition_whole_dataframe(entity)
        for frame in frames:
            batch = definition.get_batch({"dataframe": frame})
            outcome = batch.validate(
                suite,
                result_format={
                    "result_format": "BASIC",
                    "partial_unexpected_count": EXAMPLES,
                    "include_unexpected_rows": False,
                },
            )
            for result in outcome.results:
                meta = result.expectation_config.meta if result.expectation_config else None
                self._add(findings[(meta or {})["check_name"]], result)
        return findings

    @staticmethod
    def _add(finding: Finding, result: Any) -> None:
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise RuntimeError(result.exception_info["exception_message"])
        finding.unexpected += result.result.get("unexpected_count", 0)
        for value in result.result.get("partial_unexpected_list") or []:
            if len(finding.examples) < EXAMPLES and str(value) not in finding.examples:
                finding.examples.append(str(value))

    def _expectation(self, item: ExpectedColumn) -> Any:
        expectations = self._gx.expectations
        common = {"column": item.column, "meta": {"check_name": item.check_name}}
        bounds = {
            "is_in_range": (EARLIEST, self._latest),
            "is_share": (0, 1),
            "is_score": (0, 10),
            "is_not_negative": (0, None),
        }
        if item.rule == "is_present":
            return expectations.ExpectColumnValuesToNotBeNull(**common)
        if item.rule in bounds:
            low, high = bounds[item.rule]
            return expectations.ExpectColumnValuesToBeBetween(
                **common, min_value=low, max_value=high
            )
        is_currency = item.rule == "is_known_currency"
        allowed: list[Any] = sorted(list_currencies()) if is_currency else [True]
        return expectations.ExpectColumnValuesToBeInSet(**common, value_set=allowed)
