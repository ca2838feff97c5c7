"""Users, pipelines and stages: few, and read whole every time."""

from collections.abc import Iterator

from ingestion.api.stream import Bookmark, Page
from ingestion.sources.pipedrive.client import PipedriveClient
from ingestion.sources.pipedrive.lists import LIMIT

# Users are in the first version of the API alone, and come all at once.
USERS, PIPELINES, STAGES = "api/v1/users", "api/v2/pipelines", "api/v2/stages"


def read_whole(client: PipedriveClient, path: str, _bookmark: Bookmark) -> Iterator[Page]:
    """Every record of a short list."""
    params = {} if path == USERS else {"limit": LIMIT}
    for page in client.pages(path, params):
        yield Page(page.records, {}, path, page.moment)
