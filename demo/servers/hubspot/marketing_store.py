"""Marketing campaigns with their money, and the assets that only have a name."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Money:
    """A budget or spend item of a campaign, in the campaign's currency."""

    id: int
    name: str
    amount: float
    created_at: int


@dataclass
class Campaign:
    """A campaign; its id is a text that only looks like a number."""

    id: str
    properties: dict[str, str]
    created_at: int
    updated_at: int
    budget: list[Money] = field(default_factory=list)
    spend: list[Money] = field(default_factory=list)


@dataclass
class Asset:
    """A marketing email, with what became of it, or a form."""

    id: str
    name: str
    created_at: int
    updated_at: int
    details: dict[str, str] = field(default_factory=dict)
    archived: bool = False
    counters: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """A form that somebody filled in; `values` are its fields by name."""

    id: str
    form_id: str
    at: int
    values: dict[str, str]
    page_url: str = ""


@dataclass
class Marketing:
    """What the marketing hub knows, each in the order of creation."""

    campaigns: list[Campaign] = field(default_factory=list)
    emails: list[Asset] = field(default_factory=list)
    forms: list[Asset] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
