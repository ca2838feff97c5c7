"""What marketing has: few, read whole once a day, and landed where it is not landed as it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ingestion.api.client import ApiClient, SourceError
from ingestion.api.groups import ids_of
from ingestion.api.landed import differing, ids_present
from ingestion.api.rows import read_moment
from ingestion.api.stream import Bookmark, Page, Stream, value_at
from ingestion.api.sweep import vanished
from ingestion.sources.hubspot.object_calls import LOOKBACK, REST, after_of
from jalur.paths import Home

NOT_FOUND = 404
NEVER = datetime.min.replace(tzinfo=UTC)
CAMPAIGN_BUDGETS = Stream("campaign_budgets", key=("campaignGuid",))
FORM_SUBMISSIONS = Stream("form_submissions", key=("conversionId",), updated_at="submittedAt")
EMAIL_PROPERTIES = (
    "id", "name", "subject", "type", "state", "campaign", "campaignName", "createdAt", "updatedAt",
    "publishDate", "archived", "stats",
)  # fmt: skip
CAMPAIGN_PROPERTIES = (
    "hs_name", "hs_start_date", "hs_end_date", "hs_campaign_status", "hs_currency_code", "hs_utm",
    "hs_owner", "hs_budget_items_sum_amount", "hs_spend_items_sum_amount",
)  # fmt: skip


class Marketing:
    """Reads lists of the marketing hub; `version` is the date in the paths of the API."""

    def __init__(
        self,
        client: ApiClient,
        home: Home,
        version: str,
        most_deletions: float,
        own_properties: tuple[str, ...] = (),
    ) -> None:
        self._client, self._home, self._version = client, home, version
        self._most_deletions = most_deletions
        # Each once: a property may be one that is read anyway.
        self._campaign_properties = tuple(dict.fromkeys((*CAMPAIGN_PROPERTIES, *own_properties)))

    def read_campaigns(self, bookmark: Bookmark) -> Iterator[Page]:
        """The campaigns, and what each that changed was to cost and did cost."""
        if self._was_read_today(bookmark):
            return
        path = f"marketing/campaigns/{self._version}"
        params = {"properties": ",".join(self._campaign_properties), "limit": 100}
        page, _ = self._whole("campaigns", path, params)
        # Before the campaigns: one that is landed is taken for read.
        for campaign in ids_of(page.records)[0]:
            yield from self._budget(f"{path}/{campaign}/budget/totals", campaign, bookmark)
        yield page

    def read_emails(self, bookmark: Bookmark) -> Iterator[Page]:
        """The e-mails that were sent to many, with what became of them; not what is in them."""
        if self._was_read_today(bookmark):
            return
        wanted = {"includedProperties": ",".join(EMAIL_PROPERTIES), "includeStats": "true"}
        path = f"marketing/emails/{self._version}"
        page, _ = self._whole("marketing_emails", path, wanted | {"limit": 100})
        yield page

    def read_forms(self, bookmark: Bookmark) -> Iterator[Page]:
        """The forms, and what came by each since it was last read, newest first.

        Only what is so old that the search for contacts knows who it was.
        """
        if self._was_read_today(bookmark):
            return
        read: dict[str, str] = dict(bookmark.get("read", {}))
        page, forms = self._whole("forms", f"marketing/forms/{self._version}", {"limit": 50})
        until = (self._client.began or page.moment) - LOOKBACK
        for form in forms:
            since = datetime.fromisoformat(read[form]) if form in read else NEVER
            for sent in self._submissions(form, since, until):
                yield replace(sent, bookmark=bookmark | {"read": dict(read)})
            read[form] = until.isoformat()
        yield replace(page, bookmark=page.bookmark | {"read": read})

    def _submissions(self, form: str, since: datetime, until: datetime) -> Iterator[Page]:
        path = f"form-integrations/v1/submissions/forms/{form}"
        after = None
        while True:
            params: dict[str, Any] = {"limit": 50} | ({"after": after} if after else {})
            try:
                answer = self._client.get(path, params)
            except SourceError as error:
                if error.status == NOT_FOUND:
                    return
                raise
            found = answer.body["results"]
            moments = [read_moment(value_at(each, "submittedAt")) for each in found]
            # One without a readable time goes to the quarantine. No answer names its form.
            new = [
                {"formGuid": form, **each} if isinstance(each, dict) else each
                for each, moment in zip(found, moments, strict=True)
                if moment is None or since < moment <= until
            ]
            yield Page(new, {}, path, answer.moment, stream=FORM_SUBMISSIONS)
            after = after_of(answer)
            if after is None or any(moment and moment <= since for moment in moments):
                return

    def _budget(self, path: str, campaign: str, bookmark: Bookmark) -> Iterator[Page]:
        try:
            answer = self._client.get(path)
        except SourceError as error:
            if error.status == NOT_FOUND:
                return
            raise
        # The answer does not name its campaign.
        record = {"campaignGuid": campaign, **answer.body}
        yield Page([record], bookmark, path, answer.moment, stream=CAMPAIGN_BUDGETS)

    def _whole(self, table: str, path: str, params: dict[str, Any]) -> tuple[Page, list[str]]:
        """Of a list what is not landed as it is, and what is landed and not listed; and all ids."""
        listed: dict[str, Any] = {}
        broken: list[Any] = []
        after = None
        while True:
            answer = self._client.get(path, params | ({"after": after} if after else {}))
            for record in answer.body["results"]:
                ids, _ = ids_of([record])
                if ids:
                    listed[ids[0]] = record
                else:
                    broken.append(record)
            after = after_of(answer)
            if after is None:
                break
        source = self._client.source
        known = ids_present(self._home, source, table)
        gone = vanished(source, table, known, listed.keys(), self._most_deletions)
        new = differing(self._home, source, table, listed)
        mark = {"since": answer.moment.isoformat()}
        return Page([*new, *broken], mark, path, answer.moment, gone=gone), list(listed)

    def _was_read_today(self, bookmark: Bookmark) -> bool:
        if "since" not in bookmark or self._client.began is None:
            return False
        return self._client.began - datetime.fromisoformat(bookmark["since"]) < REST
