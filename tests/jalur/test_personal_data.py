"""Addresses under a key: what is hashed, with what, and where the key comes from."""

import hashlib
import hmac
from pathlib import Path

import pytest

from jalur.errors import ConfigurationError
from jalur.personal_data import address_hash, key_mark
from jalur.settings import Settings, load_settings

KEY = "a key for tests only"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No setting of this machine, neither in the environment nor in `.env`."""
    for name in ("JALUR_PERSONAL_DATA_KEY", "JALUR_SECRETS_DIR", "JALUR_HUBSPOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_hash_is_hmac_of_the_plain_address() -> None:
    expected = hmac.new(KEY.encode(), b"ann@x.example", hashlib.sha256).hexdigest()
    assert address_hash(KEY, " Ann@X.Example\n") == expected
    assert address_hash(KEY + "2", "ann@x.example") != expected


@pytest.mark.parametrize("address", [None, "", "  "])
def test_nothing_has_no_hash(address: str | None) -> None:
    assert address_hash(KEY, address) is None


def test_without_a_key_there_is_no_hash() -> None:
    assert address_hash("", "ann@x.example") is None


def test_the_mark_tells_keys_apart_and_not_what_they_are() -> None:
    marks = {key_mark(""), key_mark(KEY), key_mark(KEY + "2")}
    assert len(marks) == 3
    assert not any(KEY in mark for mark in marks)


def test_secrets_come_from_mounted_files_too(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = nowhere / "secrets"
    folder.mkdir()
    (folder / "jalur_personal_data_key").write_text(KEY + "\n")
    (folder / "jalur_hubspot_token").write_text("token")
    monkeypatch.setenv("JALUR_SECRETS_DIR", str(folder))
    monkeypatch.setenv("JALUR_SOURCES", "hubspot")
    settings = load_settings()
    assert settings.address_key == KEY
    assert settings.hubspot_token is not None
    assert settings.hubspot_token.get_secret_value() == "token"
    # The environment wins over a file, as it does over `.env`.
    monkeypatch.setenv("JALUR_PERSONAL_DATA_KEY", KEY + " of the environment")
    assert load_settings().address_key == KEY + " of the environment"


def test_the_folder_may_be_named_in_the_env_file(nowhere: Path) -> None:
    (nowhere / "secrets").mkdir()
    (nowhere / "secrets" / "JALUR_PERSONAL_DATA_KEY").write_text(KEY)
    (nowhere / ".env").write_text("JALUR_SECRETS_DIR=secrets\n")
    assert load_settings().address_key == KEY


def test_a_missing_folder_of_secrets_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_SECRETS_DIR", "nowhere")
    with pytest.raises(ConfigurationError, match="JALUR_SECRETS_DIR: nowhere is no folder"):
        load_settings()


def test_a_short_key_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_PERSONAL_DATA_KEY", "tooshort")
    with pytest.raises(ConfigurationError, match="JALUR_PERSONAL_DATA_KEY") as raised:
        load_settings()
    told = f"{raised.value} {raised.value.__cause__}"
    assert "tooshort" not in told


def test_no_secret_stands_in_an_error_about_other_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JALUR_PERSONAL_DATA_KEY", KEY)
    monkeypatch.setenv("JALUR_SOURCES", "files")
    with pytest.raises(ConfigurationError) as raised:
        load_settings()
    assert KEY not in f"{raised.value} {raised.value.__cause__!r}"


def test_no_key_and_an_empty_one_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_PERSONAL_DATA_KEY", "")
    assert Settings().address_key == ""
