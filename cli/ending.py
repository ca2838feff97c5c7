"""How a command ends: with an exit code, and never with a traceback for a user's mistake."""

import functools
import sys
from collections.abc import Callable

import typer

from jalur.errors import JalurError


def ends_well(command: Callable[..., None]) -> Callable[..., None]:
    """Tell a user's mistake in words, with its exit code and without a traceback."""

    @functools.wraps(command)
    def wrapped(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except JalurError as error:
            from cli.screen import show_error

            show_error(str(error))
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            print("stopped; what was published before stays", file=sys.stderr)
            raise typer.Exit(130) from error

    return wrapped
