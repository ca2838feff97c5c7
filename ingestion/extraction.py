"""What an extraction did: one result per source, one line per entity."""

from collections.abc import Callable
from dataclasses import dataclass, field

from jalur.checks import CheckResult

# Called with the entity that was finished, how many are done, and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class EntityExtraction:
    """Counts of one entity in one run; rows_read = landed + unchanged + quarantined, always.

    `rows_read` counts this run's reading, `current_rows` the rows of all its files as they are now,
    also of those that did not change and were not read again; `current_quarantined` likewise.
    """

    entity: str
    files: int = 0
    rows_read: int = 0
    rows_landed: int = 0
    rows_unchanged: int = 0
    rows_quarantined: int = 0
    rows_deleted: int = 0
    current_rows: int = 0
    current_quarantined: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Extraction:
    """All entities of one source in one run, and what the reading found out about them."""

    source: str
    run_id: str
    entities: tuple[EntityExtraction, ...]
    checks: tuple[CheckResult, ...] = field(default=())

    @property
    def rows_landed(self) -> int:
        return sum(entity.rows_landed + entity.rows_deleted for entity in self.entities)
