"""A lead of the demo company is erased from its export, and the other lines stay as they are."""

from pathlib import Path

from demo.erasure import erase_lead

LEADS = (
    "lead_id,created_at,email,company\nL-1,2026-01-01,a@x.example,A\nL-2,2026,b@x.example,B\nL-1\n"
)


def test_only_what_is_kept_stays(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    path = tmp_path / "export" / "leads.csv"
    path.write_text(LEADS)
    assert erase_lead(tmp_path, "L-1", {"lead_id", "created_at"}) == 1
    assert path.read_text() == LEADS.replace("a@x.example,A", ",")
    assert erase_lead(tmp_path, "L-1", {"lead_id", "created_at"}) == 0


def test_without_an_export_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert erase_lead(tmp_path, "L-1", {"lead_id"}) == 0
