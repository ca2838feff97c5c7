"""The report stands alone, hides nothing, and lets no name in the data out of its place."""

import json
import re

import serving
from jalur.settings import Settings
from tests.serving.conftest import HOSTILE, PUBLISHED_AS_OF


def _page(settings: Settings) -> str:
    serving.publish(settings, "run-1", PUBLISHED_AS_OF)
    return settings.paths.report.read_text(encoding="utf-8")


def _own_part(page: str) -> str:
    """The page without the libraries, which mention addresses that they never load."""
    return re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def test_nothing_is_loaded_from_elsewhere(settings: Settings) -> None:
    own = _own_part(_page(settings))
    assert not re.search(r"""(src|href)\s*=\s*["'](?!data:,)""", own)
    assert "@import" not in own
    assert "url(" not in own


def test_hostile_names_stay_data(settings: Settings) -> None:
    page = _page(settings)
    assert HOSTILE not in page
    assert "<img src=x" not in page
    charts = re.findall(r"<script type=\"application/json\"[^>]*>(.*?)</script>", page, re.DOTALL)
    assert charts
    names = {
        str(value)
        for chart in charts
        for row in json.loads(chart)["data"]["values"]
        for value in row.values()
    }
    assert HOSTILE in names


def test_every_picture_says_what_it_shows(settings: Settings) -> None:
    page = _page(settings)
    charts = re.findall(r'class="chart"[^>]*', page)
    assert len(charts) == 10, "five pictures for each of two pipelines"
    assert all("aria-label=" in chart for chart in charts)


def test_a_new_user_sees_no_holes(empty_settings: Settings) -> None:
    own = _own_part(_page(empty_settings))
    for hole in ("NaN", "None", "null", "Infinity", "undefined"):
        assert not re.search(rf">\s*[^<]*\b{hole}\b", own), hole
    assert "every stage moves at its usual pace" in own
    assert "Nothing to show yet" in own
