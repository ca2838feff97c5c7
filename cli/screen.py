"""How things look on the terminal: one console, plain words, aligned numbers."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def show_error(message: str) -> None:
    """One error, readable also without colour."""
    errors.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)


def heading(text: str) -> None:
    """The title of a part of the screen."""
    console.print(f"\n[bold]{escape(text)}[/]")


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """A table without lines; numbers are aligned right and grouped by thousands."""
    result = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    body = [list(row) for row in rows]
    for place, column in enumerate(columns):
        is_number = all(isinstance(row[place], int | float) for row in body)
        result.add_column(column, justify="right" if is_number and body else "left")
    for row in body:
        result.add_row(
            *(f"{cell:,}" if isinstance(cell, int) else escape(str(cell)) for cell in row)
        )
    return result
