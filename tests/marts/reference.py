"""The stage model once more, deal by deal in plain Python, from the definitions alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.marts.random_company import AS_OF, Company


@dataclass
class Visit:
    """One stay; times naive UTC."""

    deal_id: str
    pipeline_id: str
    stage_id: str
    kind: str
    position: int
    entered_at: datetime
    exited_at: datetime | None = None
    exit_kind: str = "open"
    direction: str = "created"
    is_reentry: bool = False

    @property
    def hours(self) -> float | None:
        if self.exited_at is None:
            return None
        return (self.exited_at - self.entered_at) / timedelta(hours=1)


EXIT_KINDS = {"forward": "advanced", "skip": "advanced", "backward": "regressed"}


def direction(before: Visit, after: Visit) -> str:
    """The first rule that applies; positions of open stages are consecutive in this company."""
    if before.pipeline_id != after.pipeline_id:
        return "switched"
    if after.kind not in ("open", before.kind):
        return after.kind
    if after.kind == "open" and before.kind != "open":
        return "reopened"
    step = after.position - before.position
    if step < 0:
        return "backward"
    return "forward" if step == 1 or after.kind != "open" else "skip"


def end_of(deal: dict[str, str]) -> tuple[datetime | None, str]:
    for field, kind in (("merged_at", "merged"), ("deleted_at", "deleted")):
        if deal.get(field) and datetime.fromisoformat(deal[field]) <= AS_OF:
            return datetime.fromisoformat(deal[field]), kind
    return None, ""


def visits_of(company: Company) -> dict[str, list[Visit]]:
    """Stays per deal in order."""
    stages = {(row["pipeline_id"], row["stage_id"]): row for row in company.entities["stages"]}
    history: dict[str, list[dict[str, str]]] = {}
    for row in company.entities["deal_stage_history"]:
        history.setdefault(row["deal_id"], []).append(row)
    result = {}
    for deal in company.entities["deals"]:
        ended_at, end_kind = end_of(deal)
        stays: list[Visit] = []
        for row in sorted(
            history[deal["deal_id"]], key=lambda row: (row["entered_at"], row["sequence"])
        ):
            entered_at = datetime.fromisoformat(row["entered_at"])
            if entered_at > AS_OF or (ended_at and entered_at > ended_at):
                continue
            stage = stages[row["pipeline_id"], row["stage_id"]]
            stay = Visit(
                deal["deal_id"],
                row["pipeline_id"],
                row["stage_id"],
                stage["kind"],
                stage["position"],
                entered_at,
            )
            if stays:
                last = stays[-1]
                if last.stage_id == stay.stage_id:
                    continue
                stay.direction = direction(last, stay)
                last.exited_at = entered_at
                last.exit_kind = EXIT_KINDS.get(stay.direction, stay.direction)
            stay.is_reentry = any(other.stage_id == stay.stage_id for other in stays)
            stays.append(stay)
        if ended_at and stays:
            stays[-1].exited_at, stays[-1].exit_kind = ended_at, end_kind
        result[deal["deal_id"]] = stays
    return result


def month_of(moment: datetime | date) -> date:
    return date(moment.year, moment.month, 1)
