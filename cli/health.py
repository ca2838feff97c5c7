"""`jalur health`: the open bottlenecks in plain words."""

from alerts.published import read_published
from alerts.wording import opened
from cli.screen import console, heading
from jalur.errors import JalurError
from jalur.settings import Settings, load_settings


def show_health() -> None:
    """Print the open bottlenecks of the published marts."""
    settings = load_settings()
    if not settings.paths.published_database.exists():
        raise JalurError("nothing is published yet; run `jalur run` first")
    show_bottlenecks(settings)


def show_bottlenecks(settings: Settings) -> None:
    """The part of the screen that says where deals are stuck, or that they are not."""
    published = read_published(settings.paths.published_database)
    heading(f"Open bottlenecks as of {published.as_of:%d %B %Y}")
    found = [
        episode
        for episode in published.bottlenecks
        if episode.is_open and episode.part_of_bottleneck_id is None
    ]
    if not found:
        console.print("None: every stage moves at its usual pace.")
    for episode in found:
        title, body = opened(episode, settings.currency, settings.paths.report)
        console.print(f"[bold yellow]{title}[/]")
        console.print(body, markup=False)
