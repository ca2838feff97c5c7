"""What the landing zone already has of the opportunities' revisions."""

from collections.abc import Iterable

from ingestion.api.landed import query_landed
from jalur.paths import Home

TABLE = "opportunity_revisions"
_ID = "cast(split_part(record_id, '|', 1) as bigint)"
# Of a revision that was landed twice the later is true.
_LAST = "(source_updated_at, extracted_at, load_seq)"


def known_opportunities(home: Home, source: str) -> dict[int, bool]:
    """Every opportunity that was landed, and whether its last revision is its deletion."""
    text = f"select {_ID}, max_by(is_deleted, {_LAST}) from {{{TABLE}}} group by 1"
    return dict(query_landed(home, source, [TABLE], text))


def last_states(home: Home, source: str) -> dict[int, str | None]:
    """The state of every opportunity in its last revision, where that is not its deletion."""
    text = (
        f"select {_ID} as opportunity, max_by(payload ->> '$.record.state', {_LAST})"
        f" from {{{TABLE}}} group by 1 having not max_by(is_deleted, {_LAST})"
    )
    return dict(query_landed(home, source, [TABLE], text))


def landed_revisions(home: Home, source: str, ids: Iterable[int]) -> set[str]:
    """The keys (`id|time`) of the revisions of some opportunities."""
    text = f"select distinct record_id from {{{TABLE}}} where {_ID} in (select unnest($ids))"
    return {key for (key,) in query_landed(home, source, [TABLE], text, {"ids": list(ids)})}
