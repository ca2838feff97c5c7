"""One call of the API, checked and unpacked, and the portal that answers it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from demo.servers.hubspot.errors import ApiError, invalid, not_found
from demo.servers.hubspot.limits import Limits
from demo.servers.hubspot.record import Record
from demo.servers.hubspot.schema import ENGAGEMENTS, ObjectType
from demo.servers.hubspot.store import Store

TOKEN = "pat-loopback-0000"  # noqa: S105 - opens nothing but this simulation


@dataclass
class Portal:
    """What the server serves. A test may replace the store or any setting while it runs."""

    store: Store
    limits: Limits = field(default_factory=Limits)
    tokens: dict[str, frozenset[str] | None] = field(default_factory=lambda: {TOKEN: None})
    """Private-app tokens and their scopes; None is every scope."""
    search_lag_seconds: float = 0.0
    """How long a change stays out of search, as the vendor warns it may."""
    bin_days: float | None = None
    """How long the recycling bin keeps records; the vendor's 90 days would empty the demo's."""
    associations_per_page: int = 500
    longest_url: int = 8_000
    portal_id: int = 4_242_424


@dataclass(frozen=True)
class Call:
    """Path parameters, query and JSON body of a call, and what its token may do."""

    portal: Portal
    scopes: frozenset[str] | None
    path: dict[str, str]
    query: QueryParams
    body: dict[str, Any]
    body_length: int
    base_url: str

    def is_kept(self, record: Record) -> bool:
        """Whether a record is still to be had: live, or not too long in the recycling bin."""
        days = self.portal.bin_days
        if record.archived_at is None or days is None:
            return True
        return record.archived_at > self.store.clock.now() - days * 86_400_000

    @property
    def store(self) -> Store:
        return self.portal.store

    def require(self, *any_of: str) -> None:
        """Raise 403 unless the token has one of the scopes."""
        if self.scopes is None or self.scopes.intersection(any_of):
            return
        raise ApiError(
            403,
            "MISSING_SCOPES",
            "The app lacks a scope that this call requires.",
            errors=[
                {
                    "message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": list(any_of)},
                }
            ],
            links={"scopes": "https://developers.hubspot.com/scopes"},
        )

    def object_type(self, parameter: str = "object_type", is_schema: bool = False) -> ObjectType:
        """The object type of the path, by plural or singular name or number; checks the scope."""
        asked = self.path[parameter].lower()
        for type_ in self.store.types.values():
            if asked in (type_.name, type_.singular, type_.type_id):
                self.require(*_scopes(type_.name, is_schema))
                return type_
        raise invalid(f"Unable to infer object type from: {self.path[parameter]}")

    def flag(self, name: str) -> bool:
        """A boolean of the query, false when absent."""
        value = self.query.get(name, "false").lower()
        if value not in ("true", "false"):
            raise invalid(f"{name} must be true or false")
        return value == "true"

    def number(self, name: str, default: int, most: int) -> int:
        """A positive whole number of the query; raises 400 beyond the most."""
        text = self.query.get(name, str(default))
        if not text.isdigit() or not 1 <= int(text) <= most:
            raise invalid(f"{name} must be between 1 and {most}, got {text}")
        return int(text)

    def names(self, name: str) -> list[str]:
        """A list of the query: separated by commas, the parameter repeated, or both."""
        parts = [part.strip() for value in self.query.getlist(name) for part in value.split(",")]
        return [part for part in parts if part]


Handler = Callable[[Call], tuple[int, Any]]
"""Answers a call with a status and what goes out as JSON; raises ApiError."""


def _scopes(kind: str, is_schema: bool) -> list[str]:
    any_of = [f"crm.objects.{kind}.read"]
    if kind in ENGAGEMENTS:
        any_of.append("crm.objects.contacts.read")
    if kind in ("products", "line_items"):
        any_of.append("e-commerce")
    if is_schema:
        any_of.append(f"crm.schemas.{kind}.read")
    return any_of


def missing(what: str) -> ApiError:
    """404 in words of one kind."""
    return not_found(f"{what} does not exist.")
