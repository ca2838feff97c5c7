"""The pictures of a review, as PNG: mail programs run no scripts."""

from datetime import date
from typing import Any

from babel.dates import format_date

from serving.report.data import Rows
from serving.review.wording import MOVEMENTS, month_name

Spec = dict[str, Any]

# On white, so that a picture is readable in a dark mail, too.
INK, SOFT, LINE = "#1c2733", "#56636f", "#dde2e8"
GAIN, WON, LOSS, TOTAL, AHEAD = "#3f9268", "#8ab17d", "#c2410c", "#1f7a8c", "#9cc7d1"
# Twice as many pixels as points: sharp on a telephone.
SCALE = 2.0
WIDTH = 520

CONFIG: Spec = {
    "background": "white",
    "font": "DejaVu Sans, Helvetica, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
}


def png(spec: Spec) -> bytes:
    """The picture; nothing is fetched and no browser needed."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png({**spec, "config": CONFIG}, scale=SCALE)
    return drawn


def bridge(moved: Rows, currency: str) -> Spec | None:
    """From the open pipeline of Monday to that of Sunday; None where an amount is unknown."""
    if not moved or any(row["amount"] is None for row in moved):
        return None
    bars: Rows = []
    level = 0.0
    for row in moved:
        name, amount = row["movement"], row["amount"]
        if name in {"opening", "closing"}:
            bars.append({"name": MOVEMENTS[name], "from": 0.0, "to": amount, "kind": "total"})
            level = amount
        elif amount:
            kind = "won" if name == "won" else "gain" if amount > 0 else "loss"
            bars.append(
                {"name": MOVEMENTS[name], "from": level, "to": level + amount, "kind": kind}
            )
            level += amount
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH - 130,
        "height": {"step": 30},
        "data": {"values": bars},
        "mark": {"type": "bar", "cornerRadius": 2, "clip": True},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": None, "title": None},
            "x": {
                "field": "from",
                "type": "quantitative",
                "title": currency,
                "axis": {"format": "~s", "tickCount": 5},
                "scale": {"zero": False, "domain": _around(bars)},
            },
            "x2": {"field": "to"},
            "color": {
                "field": "kind",
                "type": "nominal",
                "legend": None,
                "scale": {
                    "domain": ["total", "gain", "won", "loss"],
                    "range": [TOTAL, GAIN, WON, LOSS],
                },
            },
        },
    }


def _around(bars: Rows) -> list[float]:
    """From where the bars differ: a pipeline is large, and what moves in a week small."""
    ends = [bar[end] for bar in bars for end in ("from", "to") if bar[end]]
    spread = max(ends) - min(ends)
    return [max(0.0, min(ends) - 0.25 * spread), max(ends) + 0.05 * spread]


def won_and_forecast(won: Rows, forecast: Rows, until: date, currency: str) -> Spec | None:
    """Won per month, and what the months ahead will likely bring; None where nothing is known."""
    past = [row for row in won if row["amount"] is not None]
    if not past or not (forecast or any(row["amount"] for row in past)):
        return None
    bars: Rows = [
        {"month": month_name(row["month"], until), "amount": row["amount"], "kind": "won"}
        for row in past
    ]
    ahead: Rows = [
        {
            "month": _ahead_name(row["period_start_date"], bars),
            "amount": row["p50"],
            "low": row["p10"],
            "high": row["p90"],
            "kind": "expected",
        }
        for row in forecast
    ]
    order = list(dict.fromkeys(row["month"] for row in [*bars, *ahead]))
    x = {
        "field": "month",
        "type": "ordinal",
        "sort": order,
        "title": None,
        "axis": {"labelAngle": 0, "labelExpr": "split(datum.label, '|')"},
    }
    y = {
        "field": "amount",
        "type": "quantitative",
        "title": currency,
        "axis": {"format": "~s", "tickCount": 5},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH - 60,
        "height": 190,
        "layer": [
            {
                "data": {"values": [*bars, *ahead]},
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "legend": None,
                        "scale": {"domain": ["won", "expected"], "range": [TOTAL, AHEAD]},
                    },
                },
            },
            {
                "data": {"values": ahead},
                "mark": {"type": "rule", "strokeWidth": 2, "color": INK},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "low"},
                    "y2": {"field": "high"},
                },
            },
        ],
    }


def _ahead_name(first_day: date, bars: Rows) -> str:
    """A month that has begun has a bar of what was won, too: the forecast stands beside it."""
    name = format_date(first_day, "MMM", locale="en")
    taken = {bar["month"].split("|")[0] for bar in bars[-1:]}
    return f"{name}|expected" if name in taken else f"{name}|likely"
