"""The commands below `jalur quarantine`."""

from typing import Annotated

import typer

from cli.ending import ends_well

quarantine_app = typer.Typer(
    no_args_is_help=True, help="What could not be read, why, and giving it another try."
)
SourceName = Annotated[str | None, typer.Option("--source", help="Of one source only.")]
EntityName = Annotated[str | None, typer.Option("--entity", help="Of one entity only.")]


@quarantine_app.command("list")
@ends_well
def list_quarantine(source: SourceName = None) -> None:
    """Print how many rows lie there, by source, entity and reason."""
    from cli.quarantine import show_groups

    show_groups(source)


@quarantine_app.command("show")
@ends_well
def show_quarantine(
    source: SourceName = None,
    entity: EntityName = None,
    reason: Annotated[str | None, typer.Option(help="Of one reason only.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
) -> None:
    """Print the rows: their text, what is wrong with it, and what to do."""
    from cli.quarantine import show_rows

    show_rows(source, entity, reason, limit)


@quarantine_app.command()
@ends_well
def requeue(source: SourceName = None, entity: EntityName = None) -> None:
    """Try again: files are read with the next run, records of an API are landed if readable."""
    from cli.quarantine import requeue as try_again

    try_again(source, entity)
