"""Progress that a step reports and a screen may show; without a listener it costs nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressEvent:
    """`done` of `total` parts of a step are finished; `detail` names the last one."""

    step: str
    done: int = 0
    total: int = 0
    detail: str = ""


Listener = Callable[[ProgressEvent], None]
_listeners: list[Listener] = []


def report(step: str, done: int = 0, total: int = 0, detail: str = "") -> None:
    """Tell whoever listens in this process how far a step is."""
    for listener in _listeners:
        listener(ProgressEvent(step, done, total, detail))


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener` with every event of the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
