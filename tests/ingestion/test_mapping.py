"""Every key of the mapping, and every way to get one wrong."""

import re
from pathlib import Path

import pytest

from ingestion.sources import files
from ingestion.sources.files.mapping import EntityMapping, load_mapping
from jalur.errors import ConfigurationError
from tests.ingestion.desk import Desk, check


def refusal(desk: Desk, mapping: str) -> str:
    desk.write("mapping.toml", mapping)
    with pytest.raises(ConfigurationError) as caught:
        desk.extract()
    assert not desk.has_landed
    return str(caught.value)


# What it can do.


def test_files_and_columns_are_renamed_and_one_column_serves_twice(desk: Desk) -> None:
    (desk.folder / "deals.csv").rename(desk.folder / "Opportunities 2026.csv")
    desk.write("Opportunities 2026.csv", "Id;Stage;Memo\nX1;new;hello\n")
    desk.write(
        "jalur.toml",
        '[deals]\nfile = "Opportunities 2026.csv"\ndelimiter = ";"\n'
        '[deals.columns]\ndeal_id = "Id"\nstage_id = "Stage"\nname = "Id"\n',
    )
    desk.land()
    assert desk.newest() == {
        "X1": {"deal_id": "X1", "stage_id": "new", "name": "X1", "Memo": "hello"}
    }


def test_constants_values_and_factor(desk: Desk) -> None:
    desk.write(
        "mapping.toml",
        '[deals.constants]\npipeline_id = "b2b"\nis_deleted = false\nname = "O\'Neill"\n'
        '[deals.values.stage_id]\n"Closed \'Won\'" = "won"\n'
        "[stages.factor]\ndefault_probability = 0.01\n",
    )
    desk.write("deals.csv", "deal_id,stage_id,name\nD1,Closed 'Won',x\nD2,new,x\n")
    desk.write(
        "stages.csv",
        "stage_id,stage_name,position,kind,default_probability\n"
        "new,New,1,open,25\nwon,Won,2,won,\nlost,Lost,3,lost,none\n",
    )
    desk.land()
    assert desk.newest()["D1"] == {
        "deal_id": "D1",
        "stage_id": "won",
        "name": "O'Neill",
        "pipeline_id": "b2b",
        "is_deleted": "false",
    }
    assert desk.newest()["D2"]["stage_id"] == "new", "a value that is not listed stays"
    chances = {
        row["stage_id"]: row.get("default_probability") for row in desk.newest("stages").values()
    }
    assert chances == {"new": "0.25", "won": None, "lost": "none"}


def test_a_file_has_a_time_zone_of_its_own(desk: Desk) -> None:
    desk.write("mapping.toml", '[deals]\ntimezone = "Asia/Jakarta"\n')
    desk.write(
        "deals.csv",
        "deal_id,stage_id,created_at,closed_at,expected_close_date,updated_at\n"
        "D1,new,2026-01-02 06:30:00,2026-01-02T06:30:00+09:00,2026-01-02,2026-01-02\n"
        "D2,new,31/02/2026 10:00:00,2026-02-31 10:00:00,2026-02-31,\n",
    )
    desk.land()
    row = desk.newest()["D1"]
    assert row["created_at"] == "2026-01-01T23:30:00.000000Z"
    assert row["closed_at"] == "2026-01-02T06:30:00+09:00", "its own offset counts"
    assert row["expected_close_date"] == "2026-01-02", "a date is no moment"
    assert row["updated_at"] == "2026-01-01T17:00:00.000000Z", "its midnight there"
    assert desk.landed()[0]["source_updated_at"].isoformat() == "2026-01-01T17:00:00+00:00"
    assert desk.newest()["D2"]["closed_at"] == "2026-02-31 10:00:00"


def test_an_encoding(desk: Desk) -> None:
    desk.write("mapping.toml", '[deals]\nencoding = "cp1252"\n')
    desk.write("deals.csv", 'deal_id,stage_id,name\nD1,new,"Café, 5€"\n'.encode("cp1252"))
    desk.land()
    assert desk.newest()["D1"]["name"] == "Café, 5€"


def test_a_small_entity_inline_lands_once(desk: Desk) -> None:
    (desk.folder / "stages.csv").unlink()
    rows = (
        '[[stages.rows]]\nstage_id = "new"\nstage_name = "New"\nposition = 1\nkind = "open"\n'
        '[[stages.rows]]\nstage_id = "won"\nstage_name = "Won"\nposition = 2\nkind = "won"\n'
        "default_probability = 1.0\n"
    )
    desk.write("mapping.toml", rows)
    assert desk.land("stages").rows_landed == 2
    assert desk.newest("stages")["|new"] == {
        "stage_id": "new",
        "stage_name": "New",
        "position": "1",
        "kind": "open",
    }
    assert desk.land("stages").rows_read == 0
    desk.write("mapping.toml", rows.replace("New", "Fresh"))
    assert desk.land("stages").rows_landed == 1


def test_the_distinct_values_of_a_column_are_an_entity(desk: Desk) -> None:
    desk.write(
        "deals.csv",
        "deal_id,stage_id,owner,team,changed\n"
        "D1,new,ann,red,2026-01-01\nD2,new,bob,blue,2026-01-01\n"
        "D3,new,ann,green,2026-01-09\nD4,new,ann,white,\nD5,new, ,white,2026-01-03\n",
    )
    desk.write(
        "mapping.toml",
        '[reps]\nfile = "deals.csv"\none_row_per = "owner"\nlatest_by = "changed"\n'
        '[reps.columns]\nrep_id = "owner"\n',
    )
    assert desk.land("reps").rows_landed == 2
    assert {key: row["team"] for key, row in desk.newest("reps").items()} == {
        "ann": "green",
        "bob": "blue",
    }


def test_a_folder_of_parts_is_one_entity(desk: Desk) -> None:
    (desk.folder / "deals.csv").unlink()
    desk.write("deals/2025.csv", "deal_id,stage_id\nD1,new\nD2,new\n")
    desk.write("deals/2026.csv", "stage_id,deal_id,name\nwon,D2,moved\nnew,D3,x\n")
    found = desk.land()
    assert (found.files, found.rows_read, found.rows_landed) == (2, 4, 4)
    assert desk.newest()["D2"] == {"deal_id": "D2", "stage_id": "won", "name": "moved"}
    desk.write("deals/2027.csv", "deal_id,stage_id\nD4,new\n")
    found = desk.land()
    assert (found.files, found.rows_read, found.rows_landed) == (3, 1, 1)


HISTORY = """[deal_stage_history.from_columns]
talk = "started"
won = "ended"
lost = "ended"
"""


def test_history_from_dated_columns(desk: Desk) -> None:
    desk.write(
        "deals.csv",
        "deal_id,stage_id,started,ended\n"
        "W,won,2026-01-01,2026-01-05\nL,lost,2026-01-02,2026-01-06\n"
        "O,talk,2026-01-03,\nN,new,,\nB,talk,31/02/2026,\n",
    )
    desk.write("mapping.toml", HISTORY)
    desk.land()
    found = [
        (row["deal_id"], row["stage_id"], row["entered_at"])
        for row in desk.newest("deal_stage_history").values()
    ]
    assert sorted(found) == [
        ("L", "lost", "2026-01-06"),
        ("L", "talk", "2026-01-02"),
        ("O", "talk", "2026-01-03"),
        ("W", "talk", "2026-01-01"),
        ("W", "won", "2026-01-05"),
    ]
    assert desk.quarantined() == [("deals.csv", 6, "bad_value", "entered_at")]


def test_history_from_columns_follows_the_stages(desk: Desk) -> None:
    desk.write("deals.csv", "deal_id,stage_id,started,ended\nW,won,2026-01-01,2026-01-05\n")
    desk.write("mapping.toml", HISTORY)
    desk.write(
        "stages.csv",
        "stage_id,stage_name,position,kind\ntalk,T,1,open\nwon,W,2,won\nlost,L,3,open\n",
    )
    assert desk.land("deal_stage_history").rows_landed == 3
    desk.write(
        "stages.csv",
        "stage_id,stage_name,position,kind\ntalk,T,1,open\nwon,W,2,won\nlost,L,3,lost\n",
    )
    assert desk.land("deal_stage_history").rows_read == 2, "read again: another stage is closed now"


def test_a_snapshot_lands_deletions_and_returns(desk: Desk) -> None:
    desk.write("mapping.toml", '[deals]\nmode = "snapshot"\n')
    whole = "deal_id,stage_id,name\nD1,new,a\nD2,new,b\n,new,nobody\n"
    desk.write("deals.csv", whole)
    assert desk.land().rows_deleted == 0
    desk.write("deals.csv", "deal_id,stage_id,name\nD1,new,a\n")
    found = desk.land()
    assert (found.rows_landed, found.rows_unchanged, found.rows_deleted) == (0, 1, 1)
    assert sorted(desk.newest()) == ["D1"]
    assert desk.land().rows_deleted == 0
    desk.write("deals.csv", whole)
    assert desk.land().rows_landed == 1
    assert sorted(desk.newest()) == ["D1", "D2"]
    assert desk.newest()["D2"]["name"] == "b"


def test_a_snapshot_with_update_times_lets_a_record_return(desk: Desk) -> None:
    desk.write("mapping.toml", '[deals]\nmode = "snapshot"\n')
    both = "deal_id,stage_id,updated_at\nD1,new,2026-01-01\nD2,new,2026-01-01\n"
    for content, there in ((both, 2), (both[:-18], 1), (both, 2), (both[:-18], 1), (both, 2)):
        desk.write("deals.csv", content)
        desk.extract()
        assert len(desk.newest()) == there


def test_a_snapshot_row_that_cannot_be_read_is_not_a_deletion(desk: Desk) -> None:
    desk.write("mapping.toml", '[deals]\nmode = "snapshot"\n')
    desk.write("deals.csv", "deal_id,stage_id\nD1,new\nD2,new\n")
    desk.land()
    desk.write("deals.csv", "deal_id,stage_id\nD1,new\nD2,\n")
    assert desk.land().rows_deleted == 0
    assert sorted(desk.newest()) == ["D1", "D2"]


def test_a_snapshot_with_a_broken_line_deletes_nothing(desk: Desk) -> None:
    desk.write("mapping.toml", '[deals]\nmode = "snapshot"\n')
    desk.write("deals.csv", "deal_id,stage_id\nD1,new\nD2,new\n")
    desk.land()
    desk.write("deals.csv", 'deal_id,stage_id\nD1,new\nD2,"new\n')
    assert desk.land().rows_deleted == 0, "nobody knows whose line it was"
    assert sorted(desk.newest()) == ["D1", "D2"]


@pytest.mark.parametrize("content", ["", "deal_id,stage_id\n"])
def test_an_empty_snapshot_deletes_and_the_gate_stands_before_it(desk: Desk, content: str) -> None:
    desk.write("mapping.toml", '[accounts]\nmode = "snapshot"\n')
    desk.write("accounts.csv", "account_id\nA1\nA2\n")
    desk.land()
    desk.write("accounts.csv", content.replace("deal_id,stage_id", "account_id"))
    assert desk.land("accounts").rows_deleted == 2


def test_a_file_may_lie_elsewhere(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("deal_id,stage_id\nE1,new\n")
    desk.write("mapping.toml", f'[deals]\nfile = "{tmp_path / "other.csv"}"\n')
    (desk.folder / "deals.csv").unlink()
    desk.land()
    assert list(desk.newest()) == ["E1"]
    desk.write("mapping.toml", '[deals]\nfile = "../other.csv"\n')
    desk.land()
    assert list(desk.newest()) == ["E1"]


# What is refused.


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("[deal]\n", "unknown key [deal]; did you mean deals?"),
        ("[deals]\ncolums = {}\n", "unknown key [deals] colums; did you mean columns?"),
        ('[deals.columns]\namout = "x"\n', "[deals.columns] amout; did you mean amount?"),
        ('[deals.columns]\nname = "title"\n', "no column 'title'"),
        ('[deals]\none_row_per = "title"\n', "no column 'title'"),
        ('[deal_stage_history.from_columns]\nnew = "begun"\n', "no column 'begun'"),
        ('[deals]\nfile = "deal.csv"\n', "did you mean deals.csv?"),
        ('[deals]\nfile = "deals.xlsx"\n', "deals.xlsx"),
        ('[deals]\ntimezone = "Jakarta"\n', "no IANA time zone"),
        ('[deals]\nencoding = "klingon"\n', "no encoding"),
        ('[deals]\nencoding = "rot13"\n', "no encoding"),
        ('[deals]\nencoding = "base64"\n', "no encoding"),
        ('[deals]\ndelimiter = ";;"\n', "[deals] delimiter"),
        ('[deals]\ndelimiter = "\\n"\n', "[deals] delimiter"),
        ("[deals]\ndelimiter = '\"'\n", "[deals] delimiter"),
        ('[deals]\nlatest_by = "created_at"\n', "latest_by needs one_row_per"),
        ('[deals]\nmode = "full"\n', "[deals] mode"),
        ('[accounts.from_columns]\nnew = "x"\n', "deal_stage_history only"),
        ('[deal_stage_history]\nfile = "deals.csv"\nfrom_columns = {new = "name"}\n', "keep one"),
        ('[deal_stage_history]\nmode = "snapshot"\nrows = [{deal_id = "x"}]\n', "required column"),
        ("[deals.factor]\namount = inf\n", "[deals] factor.amount"),
        ("[deals.constants]\nname = nan\n", "[deals] constants.name"),
        ("[deals.constants]\nname = 2026-01-01\n", "[deals] constants.name"),
        ("deals = 3\n", "[deals]"),
        ("[deals\n", "not valid TOML"),
        ('[[stages.rows]]\nstage_id = "new"\nstage_name = "N"\nposition = 1\nkind = "open"\n',
         "stages.csv"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_what_is_wrong(desk: Desk, mapping: str, said: str) -> None:
    assert said in refusal(desk, mapping)


def test_history_from_columns_beside_a_history_file_is_refused(desk: Desk) -> None:
    desk.write("deal_stage_history.csv", "deal_id,stage_id,entered_at\nD1,new,2026-01-01\n")
    said = refusal(desk, '[deal_stage_history.from_columns]\nnew = "created_at"\n')
    assert "deal_stage_history.csv" in said


@pytest.mark.parametrize("content", [b"\xff\xfe[", b"[deals]\nname = '\x00'"])
def test_a_mapping_that_is_no_text_is_refused(desk: Desk, content: bytes) -> None:
    path = desk.write("mapping.toml", content)
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        desk.extract()
    assert path.name == "mapping.toml"


def test_a_mapping_that_is_not_there_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = desk.folder / "nowhere.toml"
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
        desk.extract(folder=desk.folder, mapping_path=missing)


def test_everything_mapped_is_known(desk: Desk) -> None:
    desk.write(
        "mapping.toml", '[accounts]\nfile = "deals.csv"\n[accounts.columns]\naccount_id = "name"\n'
    )
    assert check(desk.extract(), "files_known").status == "passed"


def test_the_examples_of_the_reference_load(tmp_path: Path) -> None:
    reference = Path(files.__file__).with_name("README.md").read_text()
    examples = re.findall(r"```toml\n(.*?)```", reference, re.DOTALL)
    assert len(examples) == 2
    for number, example in enumerate(examples):
        path = tmp_path / f"{number}.toml"
        path.write_text(example)
        load_mapping(tmp_path, path)
    for key in EntityMapping.model_fields:
        assert f"`{key}`" in reference, "every key is explained"


def test_the_example_of_the_front_page_lands_as_it_says(desk: Desk) -> None:
    front = Path(files.__file__).parents[3] / "README.md"
    (example,) = re.findall(r"```toml\n(.*?)```", front.read_text(), re.DOTALL)
    for name in ("deals.csv", "stages.csv"):
        (desk.folder / name).unlink()
    desk.write("mapping.toml", example)
    desk.write(
        "opportunities.csv",
        "Opportunity ID;Opportunity;Stage;Value;Customer;Created;Offer sent on;Signed on;Gone on\n"
        "1;Roof;Signed;100;Acme;2026-01-01;2026-01-05;2026-02-01;\n"
        "2;Wall;Offer sent;50;Acme;2026-01-02;2026-01-09;;\n",
    )
    extraction = desk.extract()
    landed = {each.entity: each.rows_landed for each in extraction.entities if each.rows_landed}
    assert landed == {"accounts": 1, "stages": 4, "deals": 2, "deal_stage_history": 5}
    assert desk.newest()["1"]["stage_id"] == "won"
    assert not desk.quarantined()
