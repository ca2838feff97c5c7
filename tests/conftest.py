"""All tests of a file run in one process, so that what it builds once is built once."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


# Before pytest-xdist reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # Files that share something long have said so themselves.
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(HERE))))


def pytest_configure(config: pytest.Config) -> None:
    # Known also where the tests run in one process, without pytest-xdist's own worker option.
    config.addinivalue_line("markers", "xdist_group(name): run in the same process")
