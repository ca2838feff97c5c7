"""The review as a page in the home, and in a few lines."""

import fcntl
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import jinja2

from jalur.errors import JalurError
from jalur.formats import day
from jalur.persons import without_persons
from jalur.settings import Settings
from serving.publication import current_publication
from serving.report.data import Rows
from serving.review import charts, wording
from serving.review.content import Content, Section, Stuck, read_content
from serving.review.data import first_week
from serving.review.weeks import Week

HERE = Path(__file__).parent
# One page names no person and no deal, for readers who may not see them; the other does.
UNNAMED, NAMED = "review.html", "review_named.html"


@dataclass(frozen=True)
class Review:
    """A review that was written: its pages, and what it says in a few lines of plain text."""

    week: Week
    title: str
    summary: str
    page: Path
    named_page: Path


def newest_week(settings: Settings) -> Week:
    """The newest week that is over in what is published.

    Raises `JalurError` where nothing is.
    """
    return Week.newest(_as_of(settings), settings.timezone)


def _as_of(settings: Settings) -> datetime:
    publication = current_publication(settings.paths)
    if publication is None:
        raise JalurError("nothing is published yet; run `jalur run` first")
    return publication.as_of


def write_review(settings: Settings, week: Week | None = None) -> Review:
    """Write the review of a week (the newest) below `<home>/reviews` and return it.

    Raises `JalurError` where the week is not over in what is published, or lies before it.
    """
    newest = newest_week(settings)
    week = week or newest
    if week > newest:
        raise JalurError(
            f"the week from {day(week.monday)} is not over in what is published; the newest is that"
            f" from {day(newest.monday)}"
        )
    as_of = _as_of(settings).astimezone(ZoneInfo(settings.timezone)).date()
    until = as_of if week == newest else week.sunday
    content = _read(settings, week, until, week == newest)
    folder = settings.paths.review(week.monday)
    _write(content, settings, folder)
    return Review(
        week,
        f"{wording.TEXTS['title']}, {wording.week_name(week)}",
        _summary(content, folder / UNNAMED),
        folder / UNNAMED,
        folder / NAMED,
    )


def _read(settings: Settings, week: Week, until: date, is_newest: bool) -> Content:
    database = settings.paths.published_database
    try:
        with duckdb.connect(str(database.resolve()), read_only=True) as connection:
            first = first_week(connection)
            if first is None or week < first:
                raise JalurError(
                    f"nothing is known of the week from {day(week.monday)}"
                    + (f"; the first is that from {day(first.monday)}" if first else "")
                )
            return read_content(connection, week, until, is_newest, settings.currency)
    except duckdb.Error as error:
        raise JalurError(
            f"{database}: no review can be written of it; run `jalur run` to publish it anew"
            f" ({str(error).splitlines()[0]})"
        ) from error


def _write(content: Content, settings: Settings, folder: Path) -> None:
    """Write pages and pictures aside, and put them in the place of an earlier review."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".review-", dir=folder.parent))
    try:
        pictures = [
            _draw(section, content, number, aside)
            for number, section in enumerate(content.sections, start=1)
        ]
        for name, is_named in ((UNNAMED, False), (NAMED, True)):
            html = _render(content, pictures, settings, is_named)
            (aside / name).write_text(html, encoding="utf-8")
        aside.chmod(0o755)
        with (folder.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            former = aside.with_name(f"{aside.name}-former")
            if folder.exists():
                folder.rename(former)
            aside.rename(folder)
            shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _draw(section: Section, content: Content, number: int, folder: Path) -> dict[str, str | None]:
    specs = {
        "bridge": charts.bridge(section.bridge, content.currency),
        "won": charts.won_and_forecast(
            section.won, section.forecast, content.until, content.currency
        ),
    }
    names: dict[str, str | None] = {}
    for name, spec in specs.items():
        names[name] = None
        if spec is not None:
            names[name] = f"{name}_{number}.png"
            (folder / f"{name}_{number}.png").write_bytes(charts.png(spec))
    return names


def _render(
    content: Content, pictures: list[dict[str, str | None]], settings: Settings, is_named: bool
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [
        {
            "name": section.name,
            "headline": section.headline,
            "moved": section.moved,
            "stuck": section.stuck if is_named else [_unnamed(each) for each in section.stuck],
            "close": section.close,
            "deals": _deals(section, is_named),
            "pictures": names,
        }
        for section, names in zip(content.sections, pictures, strict=True)
    ]
    return environment.get_template("review.html.j2").render(
        t=wording.TEXTS,
        week_name=wording.week_name(content.week),
        target=content.target,
        sections=sections,
        until=day(content.until),
        report=settings.paths.report,
    )


def _unnamed(stuck: Stuck) -> Stuck:
    return replace(
        stuck,
        name=without_persons(stuck.name, stuck.persons),
        driver=without_persons(stuck.driver, stuck.persons),
        action=without_persons(stuck.action, stuck.persons),
    )


def _deals(section: Section, is_named: bool) -> Rows | None:
    if section.deals is None:
        return None
    return [
        {
            **deal,
            # A deal may be called after a person.
            "name": (deal["deal_name"] if is_named else None) or deal["deal_id"],
            "rep_name": deal["rep_name"] if is_named else None,
        }
        for deal in section.deals
    ]


def _summary(content: Content, page: Path) -> str:
    """The review in a few lines, which name no person."""
    lines = [content.target] if content.target else []
    for section in content.sections:
        lines += ["", f"{section.name}: {section.headline}", *section.moved]
        lines += [
            f"Stuck: {each.name}. {each.what} {each.held_up}"
            for each in map(_unnamed, section.stuck)
        ] or [f"Stuck: {wording.TEXTS['not_stuck']}"]
        lines += section.close
    return "\n".join([*lines, "", f"The review: {page}"]).strip()
