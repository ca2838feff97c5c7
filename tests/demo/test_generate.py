"""The export as a whole: same seed same bytes, whole or not at all, shaped as the contract says."""

import hashlib
from pathlib import Path

import pytest

from demo import LAST_DAY, generate, generator, world
from ingestion.contract import ENTITIES
from tests.demo.conftest import Tables


def _digests(export: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in export.glob("*.csv")
    }


def test_one_seed_gives_the_same_bytes(export: Path, tmp_path: Path) -> None:
    again = generate(tmp_path)
    assert _digests(again) == _digests(export)
    assert (tmp_path / "truth.json").read_bytes() == (export.parent / "truth.json").read_bytes()


def test_another_seed_gives_another_company(export: Path, tmp_path: Path) -> None:
    other = _digests(generate(tmp_path, seed=1))
    same = {name for name, digest in _digests(export).items() if other[name] == digest}
    assert same == {"products.csv", "stages.csv", "content.csv", "experiments.csv"}


def test_an_export_of_this_generator_is_left_alone(tmp_path: Path) -> None:
    export = generate(tmp_path)
    (export / "deals.csv").write_text("mine")
    generate(tmp_path)
    assert (export / "deals.csv").read_text() == "mine"


def test_an_export_of_an_older_generator_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = generate(tmp_path)
    (export / "deals.csv").write_text("old")
    monkeypatch.setattr(world, "VERSION", world.VERSION + 1)
    generate(tmp_path)
    assert (export / "deals.csv").read_text() != "old"
    assert {path.name for path in tmp_path.iterdir()} == {"export", "truth.json", "stamp.json"}


def test_a_kill_while_writing_leaves_no_half_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(folder: Path, *_: object) -> None:
        folder.mkdir()
        (folder / "deals.csv").write_text("deal_id\nD-0")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(generator, "write_export", half)
        generate(tmp_path)
    assert not (tmp_path / "export").exists()
    assert not (tmp_path / "stamp.json").exists()
    assert len(list(generate(tmp_path).glob("*.csv"))) == len(ENTITIES)
    assert not list(tmp_path.glob(".new-*"))


def test_every_entity_has_its_columns_in_the_contracts_words(export: Path) -> None:
    assert {path.stem for path in export.iterdir()} == set(ENTITIES)
    for name, entity in ENTITIES.items():
        header = (export / f"{name}.csv").read_text().split("\n", 1)[0].split(",")
        assert sorted(header) == sorted(entity.column_names), name


def test_required_values_are_there_and_keys_unique(tables: Tables) -> None:
    missing = {}
    for name, entity in ENTITIES.items():
        table = tables[name]
        assert not table.duplicated(list(entity.key)).any(), name
        for column in entity.required_columns:
            count = int(table[column.name].isna().sum())
            if count:
                missing[f"{name}.{column.name}"] = count
    # The planted dirt; pandas reads the unreadable score n/a as missing too.
    assert missing == {"touchpoints.kind": 1, "survey_responses.score": 1}


def test_size_and_span(tables: Tables, export: Path) -> None:
    rows = sum(len(table) for table in tables.values())
    assert 19_000 < len(tables["deals"]) < 21_000
    assert 350_000 < rows < 460_000
    assert sum(path.stat().st_size for path in export.iterdir()) < 60_000_000
    assert tables["deals"].created_at.max()[:10] == LAST_DAY.isoformat()
    for table in tables.values():
        for column in table.columns:
            if column.endswith("_at"):
                assert table[column].dropna().max()[:10] <= LAST_DAY.isoformat(), column
