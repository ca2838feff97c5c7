"""Erasing a person from the landing zone: what stays, what comes back, what a crash leaves."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion import erasure
from ingestion.erased import Eraser, read_erased
from ingestion.erasure import Person, find_person
from ingestion.persons import person_tables
from jalur.files import replace_file
from tests.ingestion.desk import Desk

KEY = "a key for tests only"
LEADS = """lead_id,created_at,email,company,phone,rep_id,updated_at
L1,2026-01-01,ann@x.example,Ann and Sons,+62 1,R1,2026-01-02
L2,2026-01-01,bob@x.example,Bob,,R1,2026-01-02
"""
KEPT = {"lead_id": "L1", "created_at": "2026-01-01", "rep_id": "R1", "updated_at": "2026-01-02"}


@pytest.fixture
def person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr("ingestion.erasure.load_pending", lambda *_: None)
    monkeypatch.setenv("JALUR_PERSONAL_DATA_KEY", KEY)
    monkeypatch.setenv("JALUR_HOME", str(desk.home.root))
    desk.write("leads.csv", LEADS)
    desk.extract()
    # Another address, in a later version.
    desk.write("leads.csv", LEADS.replace("ann@x", "Anna@y").replace("01-02", "01-03"))
    desk.write("touchpoints.csv", "touchpoint_id,occurred_at,kind,lead_id,note\n"
               "T1,2026-01-01,form_submit,L1,from ANN@x.example\n"
               "T2,2026-01-01,form_submit,L2,from bob@x.example\nbroken,L1\n")  # fmt: skip
    desk.extract()
    found = find_person(desk.home, "files", person_tables("files")["lead"], "L1")
    assert found is not None
    assert found.addresses == ("Anna@y.example", "ann@x.example")
    return found


def erase(desk: Desk, person: Person) -> list[int]:
    erasure.begin(desk.home, person, KEY)
    steps = (erasure.erase_quarantine, erasure.erase_mentions, erasure.erase_rows)
    counts = [step(desk.home, person) for step in steps]
    erasure.finish(desk.home, person)
    return counts


def texts(desk: Desk) -> str:
    rows: list[Any] = [*desk.landed("leads"), *desk.landed("touchpoints")]
    return json.dumps([row["payload"] for row in rows]) + str(desk.quarantined_texts())


def test_ids_and_times_stay_and_nothing_else(desk: Desk, person: Person) -> None:
    assert erase(desk, person) == [1, 1, 2]
    versions = [row for row in desk.landed("leads") if row["record_id"] == "L1"]
    assert [row["payload"] for row in versions] == [KEPT, KEPT | {"updated_at": "2026-01-03"}]
    assert len({row["payload_hash"] for row in versions}) == 2
    for text in ("ann", "Ann", "+62", "y.example"):
        assert text not in texts(desk)
    assert "bob@x.example" in texts(desk)
    assert erase(desk, person) == [0, 0, 0]


def test_who_is_erased_does_not_come_back_with_the_next_export(desk: Desk, person: Person) -> None:
    erase(desk, person)
    # Read again and unchanged but for the person: nothing is new.
    desk.write("leads.csv", LEADS.replace("01-02", "01-03").replace("ann@x", "new@z"))
    assert desk.land("leads").rows_landed == 0
    desk.write("leads.csv", LEADS.replace("01-02", "01-04"))
    assert desk.land("leads").rows_landed == 2
    assert "ann@x" not in texts(desk)
    assert desk.newest("leads")["L1"] == KEPT | {"updated_at": "2026-01-04"}


@pytest.mark.parametrize("survived", range(5))
def test_a_second_run_finishes_an_interrupted_one(
    desk: Desk, person: Person, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    replaced = replace_file
    left = [survived]

    def dies(path: Path, write: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            write(path.with_name(f".{path.name}.replacing"))
            raise OSError("the power went")
        replaced(path, write)

    monkeypatch.setattr("ingestion.erasure.replace_file", dies)
    done = False
    try:
        erase(desk, person)
        done = True
    except OSError:
        assert read_erased(desk.home, "files").unfinished == {("leads", "L1")}
    monkeypatch.setattr("ingestion.erasure.replace_file", replaced)
    again = find_person(desk.home, "files", person.table, "L1")
    assert again is not None
    if not done:
        assert again.addresses, "what to look for must be known until all else is done"
    erase(desk, again)
    for text in ("ann", "Ann", "+62", "y.example"):
        assert text not in texts(desk)
    assert read_erased(desk.home, "files").unfinished == set()


def test_a_contact_of_an_api_keeps_ids_and_times() -> None:
    table = person_tables("hubspot")["contact"]
    payload = {
        "id": "7", "createdAt": "2026", "archived": False,
        "properties": {"email": "a@x.example", "createdate": "2026", "company": "A"},
        "propertiesWithHistory": {"lifecyclestage": [{"value": "lead"}]},
    }  # fmt: skip
    assert json.loads(table.emptied(json.dumps(payload))) == {
        "id": "7", "createdAt": "2026", "archived": False, "properties": {"createdate": "2026"},
    }  # fmt: skip
    assert list(table.addresses_in(json.dumps(payload))) == ["a@x.example"]


def test_an_address_is_known_under_the_key_only(desk: Desk, person: Person) -> None:
    erase(desk, person)
    erased = read_erased(desk.home, "files")
    assert len(erased.address_hashes) == 2
    assert Eraser("files", erased, KEY).is_of_somebody("deals", "x,ann@X.example,y")
    assert not Eraser("files", erased, "another key, as long").is_of_somebody(
        "deals", "x,ann@X.example,y"
    )
    assert Eraser("files", erased, "").is_of_somebody("leads", "L1,what")
    assert not Eraser("files", erased, "").is_of_somebody("leads", "L10,what")
