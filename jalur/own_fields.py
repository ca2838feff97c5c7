"""Which of a company's own fields are which columns: `JALUR_HUBSPOT_FIELDS` and the like."""

import re

# Entity, column, field: {"deals": {"competitor": "main_competitor"}}.
OwnFields = dict[str, dict[str, str]]
_ONE = re.compile(r"(\w+)\.(\w+)\s*=\s*([A-Za-z]\w*)", re.ASCII)


def parse_own_fields(text: str) -> OwnFields:
    """`deals.competitor=main_competitor, leads.source=origin`; `ValueError` where it is not so."""
    found: OwnFields = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _ONE.fullmatch(part)
        if match is None:
            raise ValueError(f"'{part}' must be like deals.competitor=main_competitor")
        entity, column, field = match.groups()
        if column in found.setdefault(entity, {}):
            raise ValueError(f"{entity}.{column} is there twice")
        found[entity][column] = field
    return found
