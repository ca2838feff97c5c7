"""Ids repeat across sources: each source's rows are those that it would have alone."""

from pathlib import Path

import pandas as pd
import pytest

from tests.marts.random_company import AS_OF, make_company
from tests.marts.random_leads import add_leads
from tests.marts.warehouse import land
from tests.warehouse import assert_same_marts, build, marts


def _of_source(found: dict[str, pd.DataFrame], source: str) -> dict[str, pd.DataFrame]:
    """The rows of one source, without its name and without ids that are made of it."""
    rows = {
        name: frame[frame["source"] == source].drop(
            columns=["source", "bottleneck_id"], errors="ignore"
        )
        for name, frame in found.items()
        if "source" in frame
    }
    return {
        name: frame.sort_values(list(frame.columns), ignore_index=True)
        for name, frame in rows.items()
    }


@pytest.fixture(scope="module")
def of_both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    home: Path = tmp_path_factory.mktemp("two_sources")
    company = make_company(11, deals=80)
    add_leads(11, company.entities)
    for source in ("demo", "files"):
        land(home, company.entities, source=source)
    # Data tests run, too: keys and sums that mix the sources up would fail.
    build(home, AS_OF, source="demo,files")
    return marts(home)


def test_two_sources_with_the_same_ids_do_not_mix(of_both: dict[str, pd.DataFrame]) -> None:
    demo, files = (_of_source(of_both, source) for source in ("demo", "files"))
    assert len(demo["fct_deals"]) == 80
    assert {name for name, frame in of_both.items() if "source" not in frame} == {
        "dim_dates",
        "metric_definitions",
    }
    # What people read says which one it is.
    for source, found in (("demo", demo), ("files", files)):
        names = found["dim_pipeline_stages"].pipeline_name
        assert names.str.endswith(f" ({source})").all()
        for mart in ("dim_pipeline_stages", "rpt_bottlenecks"):
            found[mart] = found[mart].drop(columns="pipeline_name")
    assert_same_marts(demo, files)
