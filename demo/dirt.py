"""A little dirt, as every export has it: enough for the quality checks to say something true."""

from dataclasses import dataclass, field

from demo.columns import Columns, stream, texts

UNKNOWN_PRODUCT, WITHOUT_PRODUCT_ROW = 12, "legacy-suite"
WITHOUT_ACCOUNT = 9
UNREADABLE_DATE = "31/02/2026"


@dataclass
class Dirt:
    """What was soiled, for the truth file, and the broken lines that only the writer can add."""

    counts: dict[str, int] = field(default_factory=dict)
    quarantined: list[dict[str, str]] = field(default_factory=list)
    broken_lines: dict[str, str] = field(default_factory=dict)


def soil(seed: int, tables: dict[str, Columns]) -> Dirt:
    """Change a few values in place; nothing that a critical check would refuse."""
    rng = stream(seed, "dirt")
    dirt = Dirt()
    deals = tables["deals"]
    chosen = rng.choice(len(deals["deal_id"]), UNKNOWN_PRODUCT + WITHOUT_ACCOUNT, replace=False)
    deals["product_id"][chosen[:UNKNOWN_PRODUCT]] = WITHOUT_PRODUCT_ROW
    deals["account_id"][chosen[UNKNOWN_PRODUCT:]] = None
    dirt.counts["deals_with_unknown_product"] = UNKNOWN_PRODUCT
    dirt.counts["deals_without_account"] = WITHOUT_ACCOUNT

    # A campaign whose end somebody typed by hand.
    campaigns = tables["campaigns"]
    campaigns["ended_on"][-1] = UNREADABLE_DATE
    dirt.counts["unreadable_optional_dates"] = 1

    touchpoints = tables["touchpoints"]
    row = int(rng.integers(0, len(touchpoints["touchpoint_id"])))
    touchpoints["kind"][row] = None
    _quarantine(dirt, "touchpoints", str(touchpoints["touchpoint_id"][row]), "missing_value")

    surveys = tables["survey_responses"]
    row = int(rng.integers(0, len(surveys["response_id"])))
    surveys["score"] = texts([str(score) for score in surveys["score"]])
    surveys["score"][row] = "n/a"
    _quarantine(dirt, "survey_responses", str(surveys["response_id"][row]), "bad_value")

    last = str(tables["activities"]["activity_id"][-1])
    broken = f"AC-{int(last[3:]) + 1:06d}"
    dirt.broken_lines["activities"] = f"{broken},call,2026-06-30T15:4"
    _quarantine(dirt, "activities", broken, "broken_line")
    return dirt


def _quarantine(dirt: Dirt, entity: str, record_id: str, reason: str) -> None:
    dirt.quarantined.append({"entity": entity, "record_id": record_id, "reason": reason})
