"""All tests of a folder run in one process, so that what it builds once is built once."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        item.add_marker(pytest.mark.xdist_group(folder))


def pytest_configure(config: pytest.Config) -> None:
    # Known also where the tests run in one process, without pytest-xdist's own worker option.
    config.addinivalue_line("markers", "xdist_group(name): run in the same process")
