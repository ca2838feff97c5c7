"""The page: figures, words and pictures put together."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from jalur import formats
from serving.report import charts, data, wording

HERE = Path(__file__).parent


def render(database: Path, target: Path, currency: str, timezone: str) -> None:
    """Write the report of a published database to `target`.

    Amounts are in the reporting currency, days in the business time zone (an IANA name).
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        content = _content(connection, currency, timezone)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {
        "count": formats.count,
        "money": lambda value: formats.money(value, currency),
        "share": formats.share,
        "decimal": formats.decimal,
        "day": formats.day,
    }
    page = environment.get_template("report.html.j2").render(
        **content,
        t=wording.TEXTS,
        currency=currency,
        css=(HERE / "report.css").read_text(),
        script=_libraries(),
    )
    target.write_text(page, encoding="utf-8")


@cache
def _libraries() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, from the package: nothing is fetched."""
    import vl_convert

    # The default snippet, which puts vegaEmbed on the window.
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    return bundle.replace("</script", "<\\/script")


def _content(connection: duckdb.DuckDBPyConnection, currency: str, timezone: str) -> dict[str, Any]:
    publication = data.publication(connection, timezone)
    as_of = publication["as_of_date"]
    checks = data.quality(connection, publication["run_id"])
    statuses = Counter(check["status"] for check in checks)
    sections = []
    for pipeline in data.pipelines(connection):
        pictures = {
            "funnel": (charts.funnel, data.funnel(connection, pipeline, as_of)),
            "durations": (charts.durations, data.durations(connection, pipeline, as_of)),
            "open_over_time": (
                lambda rows: charts.open_over_time(rows, currency),
                data.open_over_time(connection, pipeline),
            ),
            "cohorts": (charts.cohorts, data.cohorts(connection, pipeline)),
            "transitions": (charts.transitions, data.transitions(connection, pipeline)),
        }
        specs = {
            name: _json(draw(rows)) if rows else None for name, (draw, rows) in pictures.items()
        }
        headline = data.headline(connection, pipeline, as_of)
        sections.append({"pipeline": pipeline, "headline": headline, "pictures": specs})
    return {
        "publication": publication,
        "bottlenecks": data.open_bottlenecks(connection),
        "sections": sections,
        "work_list": data.work_list(connection),
        # A check that had nothing to look at has proven nothing.
        "checks": statuses["passed"] + statuses["failed"],
        "passed": statuses["passed"],
        "failed": [check for check in checks if check["status"] == "failed"],
        "marts": data.marts(connection),
    }


def _json(spec: Mapping[str, Any]) -> str:
    """JSON that is safe inside a script element: names in the data are anyone's input."""
    text = json.dumps(spec, default=str, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
