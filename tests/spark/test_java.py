"""Where Spark cannot run, the reason is said."""

from pathlib import Path

import pytest

from tests.spark.java import missing_java


def test_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "there is none" in (missing_java() or "")


@pytest.mark.parametrize(
    ("version", "is_fit"),
    [("1.8.0_392", False), ("11.0.2", False), ("17.0.15", True), ("21", True)],
)
def test_the_version_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, is_fit: bool
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert (missing_java() is None) == is_fit
