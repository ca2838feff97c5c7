"""Whether this machine can run Spark; `python -m tests.spark.java` says what it lacks."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

# The versions that Spark 4 is made for.
LOWEST, HIGHEST = 17, 21


def missing_java() -> str | None:
    """What is wrong with this machine's Java, for a person; None where nothing is."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if java is None or not Path(java).exists():
        return f"Spark needs Java {LOWEST}, and there is none in JAVA_HOME or on the PATH"
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', told.stderr + told.stdout)
    version = int(found.group(1)) if found else 0
    if not LOWEST <= version <= HIGHEST:
        return f"Spark needs Java {LOWEST} to {HIGHEST}, and {java} is {version or 'another thing'}"
    return None


def missing() -> str | None:
    """The same, and whether PySpark is installed."""
    if reason := missing_java():
        return reason
    if find_spec("pyspark") is None or find_spec("dbt.adapters.spark") is None:
        return "PySpark is not installed: `make test-spark` does that"
    return None


if __name__ == "__main__":
    if found := missing_java():
        print(found)
        sys.exit(1)
