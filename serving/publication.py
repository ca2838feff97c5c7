"""What a publication is, and which one is current."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jalur.paths import Home

# Raised when a published mart loses or retypes a column.
CONTRACT_VERSION = "1"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Publication:
    """One published revision; times aware, UTC; `rows` per mart."""

    run_id: str
    as_of: datetime
    published_at: datetime
    contract_version: str
    rows: dict[str, int]
    revision: Path

    @property
    def total_rows(self) -> int:
        return sum(self.rows.values())

    def as_manifest(self) -> str:
        """The manifest as JSON text."""
        return json.dumps(
            {
                "run_id": self.run_id,
                "as_of": self.as_of.isoformat(),
                "published_at": self.published_at.isoformat(),
                "contract_version": self.contract_version,
                "rows": self.rows,
            },
            indent=2,
        )


def current_publication(home: Home) -> Publication | None:
    """The publication that `<home>/serving` shows, or None before the first."""
    manifest = home.serving / MANIFEST
    if not manifest.is_file():
        return None
    values = json.loads(manifest.read_text())
    return Publication(
        run_id=values["run_id"],
        as_of=datetime.fromisoformat(values["as_of"]),
        published_at=datetime.fromisoformat(values["published_at"]),
        contract_version=values["contract_version"],
        rows=values["rows"],
        revision=home.serving.resolve(),
    )
