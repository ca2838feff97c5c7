"""The runs of a home: what each fixed at its start, and how it ended."""

from datetime import UTC, datetime

from jalur.paths import Home
from jalur.state import open_state


def begin_run(home: Home, run_id: str, as_of: datetime) -> datetime:
    """Fix the as-of moment of a run; whoever asks again gets the one fixed first."""
    with open_state(home) as state:
        state.execute(
            "insert or ignore into runs (run_id, started_at, as_of) values (?, ?, ?)",
            (run_id, datetime.now(UTC).isoformat(), as_of.isoformat()),
        )
        row = state.execute("select as_of from runs where run_id = ?", (run_id,)).fetchone()
    return datetime.fromisoformat(row["as_of"])


def end_run(home: Home, run_id: str, outcome: str) -> None:
    """Note how a run ended: published, refused or failed."""
    with open_state(home) as state:
        state.execute(
            "update runs set ended_at = ?, outcome = ? where run_id = ?",
            (datetime.now(UTC).isoformat(), outcome, run_id),
        )


def find_run(home: Home, ending: str) -> str | None:
    """The id of the run that ends so, or None where it did not get as far as to begin."""
    with open_state(home) as state:
        row = state.execute(
            "select run_id from runs where substr(run_id, -length(?)) = ?", (ending, ending)
        ).fetchone()
    return None if row is None else str(row["run_id"])
