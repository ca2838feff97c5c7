"""One shape for every quality result, whichever tool found it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning"]
Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class CheckResult:
    """What one check found in one run.

    `source` is `files`, `demo` or `jalur` (for checks on models); `tool` is
    `ingestion`, `great_expectations` or `dbt`; `detail` is for a person: where, what, what to do.
    """

    check_name: str
    source: str
    entity: str
    severity: Severity
    status: Status
    failing_rows: int
    detail: str = ""
    tool: str = "ingestion"

    @property
    def refuses(self) -> bool:
        """Whether this result keeps the run from being published."""
        return self.severity == "critical" and self.status == "failed"
