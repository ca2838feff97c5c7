"""The pictures, as Vega-Lite specifications without colours of the page (the page adds those)."""

from typing import Any

from serving.report.data import Rows

Spec = dict[str, Any]
MOST_STAGES = 16


def _in_order(rows: Rows, name: str, position: str) -> list[str]:
    places = {row[name]: row[position] for row in rows}
    return sorted(places, key=lambda stage: places[stage])


def _spec(rows: Rows, description: str, **parts: Any) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": description,
        "width": "container",
        "data": {"values": rows},
        **parts,
    }


def funnel(rows: Rows) -> Spec:
    """Bars of deals reached, with the share that went on."""
    order = [row["stage_name"] for row in rows]
    y = {"field": "stage_name", "type": "nominal", "sort": order, "title": None}
    labelled = [
        {**row, "label": f"{row['entered']:,} deals · {row['rate']:.0%} went on"} for row in rows
    ]
    return _spec(
        labelled,
        "Deals that reached each stage and the share that went on",
        height={"step": 46},
        encoding={"y": y},
        layer=[
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3, "opacity": 0.25},
                "encoding": {
                    "x": {
                        "field": "entered",
                        "type": "quantitative",
                        "title": "deals",
                        # Room for the words to the right of the longest bar.
                        "scale": {"domain": [0, 1.8 * max(row["entered"] for row in rows)]},
                        "axis": {"tickCount": 6},
                    }
                },
            },
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3},
                "encoding": {
                    "x": {"field": "converted", "type": "quantitative"},
                    "tooltip": [
                        {"field": "stage_name", "title": "stage"},
                        {"field": "entered", "title": "reached it", "format": ","},
                        {"field": "converted", "title": "went on", "format": ","},
                        {"field": "open", "title": "still there", "format": ","},
                        {"field": "rate", "title": "share that went on", "format": ".1%"},
                    ],
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 12},
                "encoding": {
                    "x": {"field": "entered", "type": "quantitative"},
                    "text": {"field": "label"},
                },
            },
        ],
    )


def durations(rows: Rows) -> Spec:
    """A line per stage over quarters of entry."""
    order = _in_order(rows, "stage_name", "stage_position")
    return _spec(
        [{**row, "quarter_name": _quarter(row["quarter"])} for row in rows],
        "Typical days in each stage by quarter of entry",
        height=260,
        mark={"type": "line", "point": {"filled": True, "size": 45}, "strokeWidth": 2},
        encoding={
            "x": {
                "field": "quarter_name",
                "type": "ordinal",
                "title": "quarter of entry",
                "sort": sorted({_quarter(row["quarter"]) for row in rows}),
                "axis": {"labelAngle": -40},
            },
            "y": {"field": "median_days", "type": "quantitative", "title": "days"},
            "color": _stage_colour(order),
            "tooltip": [
                {"field": "stage_name", "title": "stage"},
                {"field": "quarter_name", "title": "entered in"},
                {"field": "median_days", "title": "typical days", "format": ".1f"},
                {
                    "field": "completed_median_days",
                    "title": "typical days, completed stays only",
                    "format": ".1f",
                },
                {
                    "field": "completed_p90_days",
                    "title": "nine in ten completed within",
                    "format": ".1f",
                },
                {"field": "visits", "title": "stays", "format": ","},
            ],
        },
    )


def _quarter(first_day: str) -> str:
    return f"{first_day[:4]} Q{(int(first_day[5:7]) + 2) // 3}"


def _stage_colour(order: list[str]) -> Spec:
    return {
        "field": "stage_name",
        "type": "nominal",
        "sort": order,
        "scale": {"domain": order},
        "legend": {"orient": "bottom", "title": None, "columns": 3, "labelLimit": 260},
    }


def transitions(rows: Rows) -> Spec:
    """From stage (rows) to stage (columns), coloured by share of exits."""
    frequent = _frequent_stages(rows)
    shown = [
        row
        for row in rows
        if row["from_stage_name"] in frequent and row["to_stage_name"] in frequent
    ]
    from_order = _in_order(shown, "from_stage_name", "from_position")
    to_order = _in_order(shown, "to_stage_name", "to_position")
    return _spec(
        shown,
        "Share of moves from each stage to each other",
        height={"step": 44},
        encoding={
            "x": {
                "field": "to_stage_name",
                "type": "nominal",
                "sort": to_order,
                "title": "to",
                "axis": {"orient": "top", "labelAngle": -30, "labelLimit": 130},
            },
            "y": {
                "field": "from_stage_name",
                "type": "nominal",
                "sort": from_order,
                "title": "from",
                "axis": {"labelLimit": 150},
            },
        },
        layer=[
            {
                "mark": {"type": "rect", "cornerRadius": 3},
                "encoding": {
                    "color": {
                        "field": "share_of_exits",
                        "type": "quantitative",
                        "scale": {"scheme": "blues", "domain": [0, 1]},
                        "legend": None,
                    },
                    "tooltip": [
                        {"field": "from_stage_name", "title": "from"},
                        {"field": "to_stage_name", "title": "to"},
                        {"field": "transitions", "title": "moves", "format": ","},
                        {"field": "share_of_exits", "title": "share of exits", "format": ".1%"},
                        {"field": "median_days", "title": "typical days before", "format": ".1f"},
                    ],
                },
            },
            _cell_text("share_of_exits", 0.45),
        ],
    )


def _frequent_stages(rows: Rows) -> set[str]:
    """A process with dozens of stages shows the most travelled ones."""
    weight: dict[str, int] = {}
    for row in rows:
        for name in (row["from_stage_name"], row["to_stage_name"]):
            weight[name] = weight.get(name, 0) + row["transitions"]
    return set(sorted(weight, key=lambda name: -weight[name])[:MOST_STAGES])


def _cell_text(field: str, dark_from: float) -> Spec:
    return {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "text": {"field": field, "type": "quantitative", "format": ".0%"},
            "color": {
                "condition": {"test": f"datum.{field} > {dark_from}", "value": "white"},
                "value": "#1c2733",
            },
        },
    }


def cohorts(rows: Rows) -> Spec:
    """Created month (rows) by months since (columns); months that are not over are grey."""
    mature = [row["conversion_rate"] for row in rows if row["is_mature"]]
    top = max(mature, default=0) or 1
    return _spec(
        rows,
        "Share of the deals of each month that were won, by months since",
        height={"step": 19},
        encoding={
            "x": {
                "field": "months_since",
                "type": "ordinal",
                "title": "months since creation",
                "axis": {"orient": "top", "labelAngle": 0},
            },
            "y": {"field": "cohort", "type": "ordinal", "title": "created in"},
        },
        layer=[
            {
                # A layer of its own: Vega-Lite drops marks whose colour has no value.
                "transform": [{"filter": "!datum.is_mature"}],
                "mark": {"type": "rect", "cornerRadius": 2, "color": "#9aa5b1", "opacity": 0.25},
                "encoding": {
                    "tooltip": [
                        {"field": "cohort", "title": "created in"},
                        {"field": "months_since", "title": "months since"},
                        {"field": "cohort_deals", "title": "deals so far", "format": ","},
                    ],
                },
            },
            {
                "transform": [{"filter": "datum.is_mature"}],
                "mark": {"type": "rect", "cornerRadius": 2},
                "encoding": {
                    "color": {
                        "field": "conversion_rate",
                        "type": "quantitative",
                        "scale": {"scheme": "tealblues", "domain": [0, top]},
                        "legend": None,
                    },
                    "tooltip": [
                        {"field": "cohort", "title": "created in"},
                        {"field": "months_since", "title": "months since"},
                        {"field": "cohort_deals", "title": "deals", "format": ","},
                        {"field": "won_deals", "title": "won", "format": ","},
                        {"field": "conversion_rate", "title": "share won", "format": ".1%"},
                    ],
                },
            },
            {
                **_cell_text("conversion_rate", top * 0.55),
                "transform": [{"filter": "datum.is_mature"}],
            },
        ],
    )


def open_over_time(rows: Rows, currency: str) -> Spec:
    """Stacked areas by stage."""
    order = _in_order(rows, "stage_name", "stage_position")
    return _spec(
        rows,
        "Open amount by stage over time",
        height=260,
        mark={"type": "area", "opacity": 0.9, "line": False},
        encoding={
            "x": {
                "field": "day",
                "type": "temporal",
                "title": None,
                "axis": {"format": "%b %Y", "tickCount": 8, "labelOverlap": True},
            },
            "y": {
                "field": "amount",
                "type": "quantitative",
                "stack": "zero",
                "title": currency,
                "axis": {"format": "~s"},
            },
            "color": _stage_colour(order),
            "order": {"field": "stage_position"},
            "tooltip": [
                {"field": "day", "type": "temporal", "title": "day", "format": "%d %B %Y"},
                {"field": "stage_name", "title": "stage"},
                {"field": "amount", "title": currency, "format": ",.0f"},
                {"field": "deals", "title": "deals", "format": ","},
            ],
        },
    )
