"""What a publication is, and which one is current."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from jalur.paths import Home

# Raised when a published mart loses or retypes a column.
CONTRACT_VERSION = "1"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Publication:
    """One published revision; times aware, UTC; `rows` per mart; `checks` per status.

    `previous_run_id` is what readers saw before, and may still have open.
    """

    run_id: str
    as_of: datetime
    published_at: datetime
    contract_version: str
    rows: dict[str, int]
    revision: Path
    checks: dict[str, int] = field(default_factory=dict)
    previous_run_id: str | None = None

    @property
    def total_rows(self) -> int:
        return sum(self.rows.values())

    def write(self) -> None:
        """Leave the manifest in the revision: without it, a revision is no publication."""
        values = asdict(self)
        # The revision is where the manifest lies, wherever the home is moved to.
        del values["revision"]
        values |= {
            "as_of": self.as_of.isoformat(),
            "published_at": self.published_at.isoformat(),
        }
        text = json.dumps(values, indent=2) + "\n"
        (self.revision / MANIFEST).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, revision: Path) -> Self | None:
        """The publication in a folder, or None where there is no whole one."""
        try:
            values = json.loads((revision / MANIFEST).read_text(encoding="utf-8"))
            values["as_of"] = datetime.fromisoformat(values["as_of"])
            values["published_at"] = datetime.fromisoformat(values["published_at"])
            return cls(revision=revision, **values)
        except (OSError, ValueError, KeyError, TypeError):
            return None


def current_publication(home: Home) -> Publication | None:
    """The publication that `<home>/serving` shows, or None before the first."""
    # Resolved once: the link may be switched between two looks at it.
    return Publication.read(home.serving.resolve())
