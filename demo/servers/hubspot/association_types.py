"""The vendor's numbers for kinds of associations, per direction."""

UNLABELED = {
    ("contacts", "companies"): 279, ("companies", "contacts"): 280,
    ("deals", "companies"): 341, ("companies", "deals"): 342,
    ("deals", "contacts"): 3, ("contacts", "deals"): 4,
    ("deals", "line_items"): 19, ("line_items", "deals"): 20,
    ("companies", "calls"): 181, ("calls", "companies"): 182,
    ("companies", "emails"): 185, ("emails", "companies"): 186,
    ("companies", "meetings"): 187, ("meetings", "companies"): 188,
    ("companies", "notes"): 189, ("notes", "companies"): 190,
    ("companies", "tasks"): 191, ("tasks", "companies"): 192,
    ("contacts", "calls"): 193, ("calls", "contacts"): 194,
    ("contacts", "emails"): 197, ("emails", "contacts"): 198,
    ("contacts", "meetings"): 199, ("meetings", "contacts"): 200,
    ("contacts", "notes"): 201, ("notes", "contacts"): 202,
    ("contacts", "tasks"): 203, ("tasks", "contacts"): 204,
    ("deals", "calls"): 205, ("calls", "deals"): 206,
    ("deals", "emails"): 209, ("emails", "deals"): 210,
    ("deals", "meetings"): 211, ("meetings", "deals"): 212,
    ("deals", "notes"): 213, ("notes", "deals"): 214,
    ("deals", "tasks"): 215, ("tasks", "deals"): 216,
}  # fmt: skip

PRIMARY = {
    ("contacts", "companies"): 1, ("companies", "contacts"): 2,
    ("deals", "companies"): 5, ("companies", "deals"): 6,
}  # fmt: skip

# For pairs that are not in the vendor's published list.
OTHER = 10_001


def type_ids(from_type: str, to_type: str, is_primary: bool) -> tuple[int, ...]:
    """A primary association has both numbers: the labelled one first."""
    pair = (from_type, to_type)
    plain = UNLABELED.get(pair, OTHER)
    return (PRIMARY[pair], plain) if is_primary and pair in PRIMARY else (plain,)


def label(type_id: int) -> str | None:
    """The name of a labelled kind; the plain kind has none."""
    return "Primary" if type_id in PRIMARY.values() else None
