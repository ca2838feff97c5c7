"""The demo's platforms are read with settings of its own, and never beside a real account."""

import shutil
from pathlib import Path

import pytest
import requests

import demo
from dagster_project.sources import extract
from jalur.demo_company import DEMO_PLATFORMS
from jalur.errors import ConfigurationError
from jalur.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path, export: Path) -> Settings:
    shutil.copytree(export.parent, tmp_path / "demo")
    return Settings(_env_file=None, home=tmp_path, sources=("demo",))


def test_the_demo_brings_its_platforms(settings: Settings) -> None:
    assert settings.sources == ("demo", *DEMO_PLATFORMS)
    assert settings.is_demo_alone
    assert not settings.model_copy(update={"sources": ("demo", "hubspot")}).is_demo_alone


def test_a_key_of_ones_own_and_the_demo_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_SOURCES", "demo")
    monkeypatch.setenv("JALUR_HUBSPOT_TOKEN", "pat-of-a-user")
    with pytest.raises(ConfigurationError, match="take it out") as refused:
        load_settings()
    assert "pat-of-a-user" not in str(refused.value)


@pytest.mark.parametrize("source", DEMO_PLATFORMS[2:])
def test_every_platform_of_marketing_can_be_extracted(settings: Settings, source: str) -> None:
    """The two CRMs take longer; the main job of CI reads them."""
    extraction = extract(source, settings, "run", False, lambda _name, _done, _of: None)
    assert extraction.rows_landed > 0
    assert not [check for check in extraction.checks if check.status == "failed"]


def test_a_platform_answers_within_the_block(settings: Settings) -> None:
    with demo.connected(settings, "linkedin_ads") as connected:
        address = f"{connected.linkedin_ads_url}/rest/adAccounts"
        assert requests.get(address, timeout=10).status_code == 401
    assert settings.linkedin_ads_token is None
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=10)
    with pytest.raises(ConfigurationError, match="demo company"):
        demo.refuse_demo_rows(settings.paths, "hubspot")


def test_rows_of_a_real_account_keep_the_demo_out(settings: Settings) -> None:
    demo.refuse_demo_rows(settings.paths, "salesforce")
    settings.paths.landed_table("salesforce", "account").mkdir(parents=True)
    with (
        pytest.raises(ConfigurationError, match="real account"),
        demo.connected(settings, "salesforce"),
    ):
        pass
