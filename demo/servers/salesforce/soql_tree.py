"""A query as a tree."""

from dataclasses import dataclass, field

Path = tuple[str, ...]


@dataclass(frozen=True)
class Literal:
    """A value of a query: a kind (string, number, boolean, null, date, ...) and its text."""

    kind: str
    text: str = ""
    days: int = 0


@dataclass(frozen=True)
class Condition:
    """A field against a value, or against a list of them (IN, NOT IN)."""

    path: Path
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Logical:
    """AND or OR of parts, or NOT of one."""

    operator: str
    parts: tuple["Condition | Logical", ...]


@dataclass(frozen=True)
class Order:
    """A field to sort by."""

    path: Path
    is_descending: bool = False
    nulls_last: bool = False


@dataclass
class Query:
    """A whole query. `count` is None, "" for COUNT(), or the field that is counted."""

    sobject: str = ""
    paths: list[Path] = field(default_factory=list)
    count: str | None = None
    where: Condition | Logical | None = None
    order: list[Order] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
