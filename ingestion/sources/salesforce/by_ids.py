"""Records in the order of their ids: all of an object, or those with some ids."""

from collections.abc import Iterator, Sequence

from ingestion.api.client import Answer
from ingestion.api.groups import groups_of
from ingestion.api.stream import Page
from ingestion.sources.salesforce import bulk, soql
from ingestion.sources.salesforce.client import SalesforceClient

# So many ids leave room for some hundred fields in the address of a call.
IDS = 200


def all_by_id(
    client: SalesforceClient, fields: Sequence[str], sobject: str, where: str = ""
) -> Iterator[Answer]:
    """All records of an object, or those of a condition."""
    after = None
    while True:
        answer = client.query(soql.page_by_id(fields, sobject, after, where))
        yield answer
        if is_last(answer):
            return
        after = answer.body["records"][-1]["Id"]


def some(
    client: SalesforceClient,
    fields: Sequence[str],
    sobject: str,
    column: str,
    ids: Sequence[str],
) -> Iterator[Page]:
    """The records of which a column is one of these ids; by a job where the query is too long.

    The bookmark of the pages says nothing.
    """
    for group in groups_of(ids, IDS):
        where = f"{column} IN ({', '.join(map(soql.text, group))})"
        query = f"{soql.select(fields, sobject)} WHERE {where}"
        if soql.is_long(query):
            for rows in bulk.read(client, query):
                yield Page(rows.rows, {}, f"{sobject} (bulk)", rows.moment, is_text=True)
        else:
            for answer in all_by_id(client, fields, sobject, where):
                yield Page(answer.body["records"], {}, sobject, answer.moment)


def is_last(answer: Answer) -> bool:
    """A page that is short of its limit because no more is there, not because rows are wide."""
    return bool(answer.body["done"]) and len(answer.body["records"]) < soql.PAGE
