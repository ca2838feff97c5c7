"""What a run of the demo company costs: the first one, and the second with nothing new.

Writes `<home>/bench/run_times.json`; the run itself happens in a fresh home below it, so neither
numbers nor data depend on what is there. `SEED=7 make bench` measures another company than the
demo's own: it is simulated beforehand and read as a folder of files.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from demo import LAST_DAY
from jalur.settings import load_settings

JALUR = Path(sys.executable).with_name("jalur")
GENERATE = """
import sys
from pathlib import Path
from demo import generate
print(generate(Path(sys.argv[1]), int(sys.argv[2])))
"""


@dataclass(frozen=True)
class RunTime:
    """One run: wall clock and processor seconds, and the peak of its memory in bytes."""

    run: str
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


def prepare(home: Path, seed: str | None) -> dict[str, str]:
    """The settings of the run, and what has to lie in its home before."""
    environment = {name: text for name, text in os.environ.items() if name[:6] != "JALUR_"}
    environment |= {"JALUR_HOME": str(home), "JALUR_SOURCES": "demo"}
    if seed is not None:
        # In a process of its own: a child's peak of memory begins with that of its parent.
        command = [sys.executable, "-c", GENERATE, str(home / "company"), seed]
        export = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        environment |= {"JALUR_SOURCES": "files", "JALUR_FILES_PATH": export}
        environment["JALUR_AS_OF"] = LAST_DAY.isoformat()
    return environment


def measure(run: str, environment: dict[str, str]) -> RunTime:
    """Run `jalur run` once; raises `CalledProcessError` where it does not publish."""
    started = perf_counter()
    process = subprocess.Popen([JALUR, "run"], env=environment)
    # wait4 tells of this child alone; getrusage would keep the peak of the first run for both.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "jalur run")
    return RunTime(
        run=run,
        wall_seconds=round(perf_counter() - started, 2),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 2),
        peak_memory_bytes=usage.ru_maxrss * 1024,
    )


def report(times: list[RunTime], bench: Path) -> None:
    """Print the table and write the JSON."""
    table = Table("run", "wall s", "cpu s", "peak MB", title="jalur run, demo company")
    for time in times:
        memory = f"{time.peak_memory_bytes / 1e6:,.0f}"
        table.add_row(time.run, f"{time.wall_seconds:.1f}", f"{time.cpu_seconds:.1f}", memory)
    result = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": os.environ.get("SEED"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "runs": [asdict(time) for time in times],
    }
    path = bench / "run_times.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    console = Console()
    console.print(table)
    console.print(f"written to {path}", highlight=False, soft_wrap=True)


def main() -> None:
    """Measure twice, report, and leave nothing behind but the numbers."""
    bench = load_settings().paths.bench
    home = bench / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        environment = prepare(home, os.environ.get("SEED"))
        times = [measure(run, environment) for run in ("first", "second, nothing new")]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    report(times, bench)


if __name__ == "__main__":
    main()
