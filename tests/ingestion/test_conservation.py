"""Whatever a file holds: rows read = landed + unchanged + quarantined, and never a traceback."""

import csv
import io
import tempfile
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from jalur.errors import ConfigurationError
from tests.ingestion.desk import Desk, of, write_parquet

SOURCE = "ingestion.sources.files.source"
COLUMNS = ["deal_id", "stage_id", "name", "amount", "created_at", "updated_at", "is_deleted"]
VALUES = {
    "deal_id": st.sampled_from(["D1", "D2", "D|3", "D\\4", "", " "]),
    "stage_id": st.sampled_from(["new", "won", ""]),
    "amount": st.sampled_from(["", "1", "1e3", "much"]),
    "created_at": st.sampled_from(["", "2026-01-01", "31/02/2026"]),
    "updated_at": st.sampled_from(["", "2026-01-01", "2026-01-02T00:00:00+07:00", "never"]),
    "is_deleted": st.sampled_from(["", "true", "no"]),
    "name": st.text(max_size=8),
}
ROW = st.tuples(*(VALUES[name] for name in COLUMNS)).map(list)
DIRT = st.one_of(
    st.text(alphabet='",;\n\r ab\x00\ufeff', max_size=20),
    st.lists(st.text(max_size=3), max_size=9).map(",".join),
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A CSV file of rows with dirt between them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerow(COLUMNS)
    for part in draw(st.lists(st.one_of(ROW, ROW, DIRT), max_size=12)):
        if isinstance(part, str):
            text.write(part + "\n")
        else:
            writer.writerow(part)
    return text.getvalue().encode("utf-8", "replace").decode()


@settings(max_examples=25, deadline=None)
@given(first=files(), second=files(), mode=st.sampled_from(["update", "snapshot"]))
def test_no_row_is_lost_or_counted_twice(first: str, second: str, mode: str) -> None:
    with (
        tempfile.TemporaryDirectory() as root,
        mock.patch(f"{SOURCE}.land", write_parquet),
        mock.patch(f"{SOURCE}.load_pending"),
    ):
        desk = Desk(Path(root))
        desk.write("mapping.toml", f'[deals]\nmode = "{mode}"\n')
        for content in (first, second, first):
            desk.write("deals.csv", content)
            landed, lost = desk.count("deals"), desk.count("_quarantine")
            found = desk.land()
            parts = (found.rows_landed, found.rows_unchanged, found.rows_quarantined)
            assert min(*parts, found.rows_deleted) >= 0
            assert found.rows_read == sum(parts)
            assert desk.count("deals") - landed == found.rows_landed + found.rows_deleted
            assert desk.count("_quarantine") - lost == found.rows_quarantined


@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=200), name=st.sampled_from(["csv", "jsonl", "parquet"]))
def test_any_bytes_land_or_are_refused_in_words(content: bytes, name: str) -> None:
    with (
        tempfile.TemporaryDirectory() as root,
        mock.patch(f"{SOURCE}.land", write_parquet),
        mock.patch(f"{SOURCE}.load_pending"),
    ):
        desk = Desk(Path(root))
        desk.write(f"accounts.{name}", content)
        refused = ""
        try:
            found = of(desk.extract(), "accounts")
        except ConfigurationError as error:
            refused = str(error)
        if refused:
            assert f"accounts.{name}" in refused
            assert not desk.has_landed
        else:
            assert found.rows_read == found.rows_landed + found.rows_quarantined
