"""The command `jalur`: what it can do, and how it ends."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from cli.ending import ends_well
from cli.quarantine_commands import quarantine_app
from jalur.errors import ConfigurationError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 done, 1 a step failed, 2 configuration or input folder wrong,"
    " 3 a quality gate refused publication, 4 another run is in progress.",
)

alerts_app = typer.Typer(
    no_args_is_help=True, help="What was alerted, and saying that you know of it."
)
app.add_typer(alerts_app, name="alerts")
app.add_typer(quarantine_app, name="quarantine")
BottleneckId = Annotated[
    str, typer.Argument(help="The first characters of its id; `jalur alerts list` shows it.")
]
Note = Annotated[str | None, typer.Option(help="Why, for whoever looks at the list.")]


def main() -> None:
    """Entry point of the console script."""
    app()


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"jalur {version('jalur')}")
        raise typer.Exit


@app.callback()
def common(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Jalur: where deals are stuck, since when, what it costs and what will close."""


@app.command()
@ends_well
def run(
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild the warehouse from the landing zone.")
    ] = False,
    accept_volume: Annotated[
        bool,
        typer.Option("--accept-volume", help="Publish although an export has shrunk by half."),
    ] = False,
) -> None:
    """Run the main job once: extract, check, model, publish, alert."""
    from cli.run import run_once

    run_once(full_refresh=full_refresh, accept_volume=accept_volume)


@app.command("extract")
@ends_well
def extract_only(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Such as hubspot; all that are configured.")
    ] = None,
    again: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STREAM",
            help="Read a stream of one API from its beginning, such as deals; all for all of them.",
        ),
    ] = None,
) -> None:
    """Land what is new in the sources, and build nothing of it."""
    from cli.extract import extract_sources

    extract_sources(sources or [], again or [])


@app.command()
@ends_well
def health() -> None:
    """Print the open bottlenecks of what is published."""
    from cli.health import show_health

    show_health()


@app.command()
@ends_well
def review(
    week: Annotated[
        str | None,
        typer.Option(help="A day in it, such as 2026-06-22; the newest whole one."),
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Send it, once.")] = False,
) -> None:
    """Write the pipeline review of a week: what moved, what is stuck, what will close."""
    from cli.review import make_review

    make_review(week, send)


@app.command()
@ends_well
def doctor() -> None:
    """Check settings, sources and paths, and say what to mend."""
    from cli.doctor import examine

    if not examine():
        raise typer.Exit(2)


@app.command()
@ends_well
def init(
    folder: Annotated[Path, typer.Argument(help="Folder with your CSV files.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to write the mapping.")
    ] = Path("mapping.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Look at a folder of CSV files and write a first mapping to edit."""
    from cli.init import write_mapping

    write_mapping(folder, output, force=force)


@app.command()
@ends_well
def erase(
    lead: Annotated[str | None, typer.Option(help="Id of a lead, as its source has it.")] = None,
    contact: Annotated[str | None, typer.Option(help="Id of a contact.")] = None,
    source: Annotated[str | None, typer.Option(help="The source, where several have them.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Although an input file still has the person.")
    ] = False,
) -> None:
    """Take one person out of everything that lies in the home, and keep them out."""
    from cli.erase import erase_person

    if (lead is None) == (contact is None):
        raise ConfigurationError("name one person: --lead ID or --contact ID")
    if lead is not None:
        erase_person("lead", lead, source, force=force)
    if contact is not None:
        erase_person("contact", contact, source, force=force)


@app.command()
@ends_well
def compact(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be merged and removed.")
    ] = False,
) -> None:
    """Merge the many small files of the landing zone, and remove versions that are too old."""
    from cli.compact import compact_landing

    compact_landing(dry_run=dry_run)


@app.command()
@ends_well
def ui(port: Annotated[int, typer.Option(help="Port on loopback.")] = 3000) -> None:
    """Open Dagster's user interface on loopback."""
    from cli.ui import serve

    serve(port)


@alerts_app.command("list")
@ends_well
def list_alerts() -> None:
    """Print the open bottlenecks, what was said of them, and messages that were not sent."""
    from cli.alerts import show_alerts

    show_alerts()


@alerts_app.command()
@ends_well
def ack(
    bottleneck: BottleneckId,
    days: Annotated[int, typer.Option(help="For how long.")] = 14,
    note: Note = None,
) -> None:
    """Say that a bottleneck is in hand: you hear of it again when it is over, or after the days."""
    from cli.alerts import say

    say(bottleneck, "acknowledged", days, note)


@alerts_app.command()
@ends_well
def snooze(
    bottleneck: BottleneckId,
    days: Annotated[int, typer.Option(help="For how long.")] = 7,
    note: Note = None,
) -> None:
    """Hear nothing of a bottleneck for some days; a reminder comes if it is open after them."""
    from cli.alerts import say

    say(bottleneck, "snoozed", days, note)


@alerts_app.command("test")
@ends_well
def test_alerts() -> None:
    """Send a test message to every channel, and say which took it."""
    from cli.alerts import test_channels

    if not test_channels():
        raise typer.Exit(1)


@alerts_app.command()
@ends_well
def resend() -> None:
    """Try the messages that a channel lacks once more, those that were given up too."""
    from cli.alerts import resend as try_again

    try_again()
