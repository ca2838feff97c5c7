"""The leads' statuses and funnel once more, lead by lead in plain Python, from the definitions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.marts.random_company import AS_OF, Company, Row
from tests.marts.random_leads import FUNNEL, STATUSES

PARKED = {"converted", "disqualified", "nurturing"}


@dataclass
class LeadVisit:
    """One stay; times naive UTC."""

    lead_id: str
    status: str
    step: str
    entered_at: datetime
    is_inferred: bool
    exited_at: datetime | None = None
    exit_kind: str = "open"
    direction: str = "created"
    is_reentry: bool = False
    is_left_truncated: bool = False

    @property
    def word(self) -> str:
        """What makes two entries the same status."""
        return "converted" if self.step == "converted" else self.status.lower().replace("_", " ")

    def reaches(self, step: str) -> bool:
        """Whether the stay is in a step of the funnel or beyond it."""
        return self.step in FUNNEL and FUNNEL.index(self.step) >= FUNNEL.index(step)


EXIT_KINDS = {"forward": "advanced", "backward": "regressed"}


def direction(before: str, after: str) -> str:
    """The first rule that applies to a move between two steps."""
    if before == after:
        return "lateral"
    beside = {"converted": "converted", "disqualified": "disqualified", "nurturing": "recycled"}
    if after in beside:
        return beside[after]
    if "unmapped" in (before, after):
        return "lateral"
    if before in PARKED:
        return "reopened"
    return "forward" if FUNNEL.index(after) > FUNNEL.index(before) else "backward"


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text)


def deleted_at(lead: Row) -> datetime | None:
    """When the lead was deleted, unless that is after as-of."""
    if lead.get("is_deleted") and _moment(lead["updated_at"]) <= AS_OF:
        return _moment(lead["updated_at"])
    return None


def _entries(lead: Row, history: list[Row]) -> list[LeadVisit]:
    """Every entry that is known, in order, before rewrites collapse."""
    lead_id, created_at = lead["lead_id"], _moment(lead["created_at"])
    found = [
        (_moment(row["changed_at"]), 0, place, row["status"]) for place, row in enumerate(history)
    ]
    status = lead["status"]
    if not history and status and STATUSES[status] != "converted":
        found.append((created_at, 0, 0, status))
    if lead.get("converted_at"):
        found.append((_moment(lead["converted_at"]), 1, 0, "converted"))
    return [
        LeadVisit(lead_id, text, STATUSES.get(text, "converted"), moment, not history)
        for moment, _, _, text in sorted(found)
        if moment <= (deleted_at(lead) or AS_OF)
    ]


def lead_visits_of(company: Company) -> dict[str, list[LeadVisit]]:
    """Stays per lead in order."""
    history: dict[str, list[Row]] = {}
    for row in company.entities["lead_status_history"]:
        history.setdefault(row["lead_id"], []).append(row)
    result = {}
    for lead in company.entities["leads"]:
        entries = _entries(lead, history.get(lead["lead_id"], []))
        stays = entries[:1] + [b for a, b in pairwise(entries) if a.word != b.word]
        for before, after in pairwise(stays):
            after.direction = direction(before.step, after.step)
            before.exited_at = after.entered_at
            before.exit_kind = EXIT_KINDS.get(after.direction, after.direction)
        for place, stay in enumerate(stays):
            stay.is_reentry = stay.word in {other.word for other in stays[:place]}
        if stays:
            if ended_at := deleted_at(lead):
                stays[-1].exited_at, stays[-1].exit_kind = ended_at, "deleted"
            late = stays[0].entered_at - _moment(lead["created_at"]) > timedelta(days=1)
            stays[0].is_left_truncated = (
                late and not stays[0].is_inferred and stays[0].step != "new"
            )
        result[lead["lead_id"]] = stays
    return result
