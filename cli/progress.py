"""The progress of a run: bars on a terminal, plain lines elsewhere."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from jalur.progress import ProgressEvent


class Display:
    """One line per step; `seconds` tells afterwards how long each took."""

    def __init__(self, console: Console) -> None:
        # The steps' own prints are redirected; the bars keep the real terminal.
        self._console = Console(file=sys.stdout, highlight=False, width=console.width)
        self._bars = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}"),
            console=self._console,
            disable=not console.is_terminal,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        # dbt reports from several threads.
        self._lock = threading.RLock()
        self._tasks: dict[str, TaskID] = {}
        self._current = ""
        self._since = 0.0
        self.seconds: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end_current()
        self._bars.stop()

    def show(self, event: ProgressEvent) -> None:
        """Draw what a step reports."""
        with self._lock:
            self._show(event)

    def _show(self, event: ProgressEvent) -> None:
        if event.step != self._current:
            self._end_current()
            self._current, self._since = event.step, time.monotonic()
            self._tasks[event.step] = self._bars.add_task(event.step, total=None, detail="")
            if self._bars.disable:
                self._console.print(f"{event.step} ...")
        self._bars.update(
            self._tasks[event.step],
            completed=event.done,
            total=event.total or None,
            detail=event.detail,
        )

    def _end_current(self) -> None:
        if not self._current:
            return
        self.seconds[self._current] = time.monotonic() - self._since
        task = self._tasks[self._current]
        total = self._bars.tasks[task].total or 1
        self._bars.update(task, completed=total, total=total, detail="")
        self._current = ""
