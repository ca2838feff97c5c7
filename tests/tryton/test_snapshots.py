"""Looks at the past: each revision is seen once, while it holds, and with few looks."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.tryton.snapshots import RESOLUTION, Revision, looks

START = datetime(2026, 3, 1, 12)


def revisions_of(changes: dict[int, set[int]]) -> list[Revision]:
    found = []
    for record_id, ticks in changes.items():
        times = [START + tick * RESOLUTION for tick in sorted(ticks)]
        ends = [*times[1:], None]
        found += [
            Revision(record_id, since, until, None)
            for since, until in zip(times, ends, strict=True)
        ]
    return found


histories = st.dictionaries(
    st.integers(1, 8), st.sets(st.integers(0, 40), min_size=1, max_size=8), max_size=6
)


@given(histories)
def test_each_revision_is_seen_once_while_it_holds(changes: dict[int, set[int]]) -> None:
    revisions = revisions_of(changes)
    taken = looks(revisions)
    assert sorted((r.key for _, seen in taken for r in seen)) == sorted(r.key for r in revisions)
    for at, seen in taken:
        assert all(r.since <= at and (r.until is None or at < r.until) for r in seen)


@given(histories)
def test_a_look_sees_a_record_once(changes: dict[int, set[int]]) -> None:
    for _, seen in looks(revisions_of(changes)):
        assert len({revision.record_id for revision in seen}) == len(seen)


@given(histories)
def test_there_are_never_more_looks_than_times(changes: dict[int, set[int]]) -> None:
    revisions = revisions_of(changes)
    assert len(looks(revisions)) <= len({revision.since for revision in revisions})


def test_what_holds_together_is_seen_together() -> None:
    # Five hundred opportunities that were made one after the other, and won a day later.
    made = [START + timedelta(seconds=number) for number in range(500)]
    won = [at + timedelta(days=1) for at in made]
    revisions = [Revision(n, at, won[n], None) for n, at in enumerate(made)]
    revisions += [Revision(n, at, None, None) for n, at in enumerate(won)]
    assert len(looks(revisions)) == 2
