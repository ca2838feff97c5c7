"""What stands before the first deal: users in roles, stages in processes, products; then accounts
and campaigns in their time.
"""

import functools
from collections import defaultdict
from datetime import datetime, timedelta

from demo import world
from demo.servers.salesforce.company_export import Book, Row, number, whole
from demo.servers.salesforce.stages import FORECAST_NAMES

# What the export calls a forecast, by the value of the API.
FORECASTS = {
    "pipeline": "Pipeline",
    "best_case": "BestCase",
    "commit": "Forecast",
    "closed": "Closed",
    "omitted": "Omitted",
}
# Every so many accounts somebody enters one twice, and somebody else merges the two.
DUPLICATE_EVERY, FOUND_AFTER = 40, timedelta(days=25)


def set_up(book: Book) -> None:
    """Users, roles, sales processes, stages and products, all there from the start."""
    _users(book)
    _pipelines(book)
    for row in book.rows("products"):
        values = {"Name": row["name"], "ProductCode": row["product_id"], "Family": row["family"],
                  "IsActive": True, "CurrencyIsoCode": row["currency"]}  # fmt: skip
        book.ids[row["product_id"]] = book.store.insert("Product2", values)


def _users(book: Book) -> None:
    roles = {"": book.store.insert("UserRole", {"Name": "Head of sales"})}
    for row in book.reps.values():
        team = row["team"]
        if team not in roles:
            values = {"Name": team, "ParentRoleId": roles[""]}
            roles[team] = book.store.insert("UserRole", values)
        first, _, last = row["name"].partition(" ")
        book.ids[row["rep_id"]] = book.store.insert("User", {
            "Username": row["email"], "Email": row["email"], "Name": row["name"],
            "FirstName": first, "LastName": last, "IsActive": row["is_active"] == "true",
            "UserRoleId": roles[team], "Department": "Sales", "Division": team or None,
            "UserType": "Standard", "TimeZoneSidKey": "GMT", "Hired_On__c": row["hired_on"],
            "Region__c": row["region"] or None,
        })  # fmt: skip
    for row in book.reps.values():
        if row["manager_id"]:
            manager = {"ManagerId": book.ids[row["manager_id"]]}
            book.store.update("User", book.ids[row["rep_id"]], manager)


def _pipelines(book: Book) -> None:
    store = book.store
    forecasts = {s.stage_id: s.forecast_category for p in world.PIPELINES for s in p.stages}
    for order, row in enumerate(book.rows("stages"), 1):
        pipeline, name = row["pipeline_id"], row["pipeline_name"]
        if pipeline not in book.ids:
            process = store.insert(
                "BusinessProcess",
                {"Name": name, "TableEnumOrId": "Opportunity", "IsActive": True},
            )
            store.process_stages[process] = []
            book.ids[pipeline] = store.insert("RecordType", {
                "Name": name, "DeveloperName": name.replace(" ", "_"), "IsActive": True,
                "SobjectType": "Opportunity", "BusinessProcessId": process,
            })  # fmt: skip
        record_type = store.get("RecordType", book.ids[pipeline])
        store.process_stages[record_type["BusinessProcessId"]].append(row["stage_name"])
        forecast = FORECASTS[forecasts[row["stage_id"]]]
        book.ids[row["stage_id"]] = store.add_stage({
            "ApiName": row["stage_name"], "MasterLabel": row["stage_name"], "IsActive": True,
            "SortOrder": order, "IsClosed": row["kind"] != "open", "IsWon": row["kind"] == "won",
            "DefaultProbability": round(float(row["default_probability"]) * 100, 2),
            "ForecastCategory": forecast, "ForecastCategoryName": FORECAST_NAMES[forecast],
        })  # fmt: skip


def add_accounts(book: Book) -> None:
    """Accounts in their time, their parents when both are there, and some entered twice."""
    for count, row in enumerate(book.accounts.values(), 1):
        book.timeline.add(row["created_at"], 0, functools.partial(_insert_account, book, row))
        parent = book.accounts.get(row["parent_account_id"])
        if parent is not None:
            at = max(row["created_at"], parent["created_at"])
            book.timeline.add(at, 1, functools.partial(_set_parent, book, row))
        if count % DUPLICATE_EVERY == 0:
            _add_duplicate(book, row)


def _insert_account(book: Book, row: Row) -> None:
    book.ids[row["account_id"]] = book.store.insert("Account", _account_values(row))


def _account_values(row: Row) -> dict[str, object]:
    return {
        "Name": row["name"],
        "Type": "Customer",
        "Industry": row["industry"] or None,
        "NumberOfEmployees": whole(row["employee_count"]),
        "AnnualRevenue": number(row["annual_revenue"]),
        "BillingCountry": row["country"] or None,
    }


def _set_parent(book: Book, row: Row) -> None:
    parent = {"ParentId": book.ids[row["parent_account_id"]]}
    book.store.update("Account", book.ids[row["account_id"]], parent)


def _add_duplicate(book: Book, row: Row) -> None:
    key = f"{row['account_id']} twice"

    def insert() -> None:
        values = _account_values(row) | {"Name": f"{row['name']} Ltd"}
        book.ids[key] = book.store.insert("Account", values)
        contact = {"LastName": "Reception", "Name": "Reception", "AccountId": book.ids[key]}
        book.store.insert("Contact", contact)

    made = datetime.fromisoformat(row["created_at"]) + timedelta(days=3)
    merged = made + FOUND_AFTER
    book.timeline.add(f"{made:%Y-%m-%dT%H:%M:%SZ}", 2, insert)
    book.timeline.add(
        f"{merged:%Y-%m-%dT%H:%M:%SZ}",
        2,
        lambda: book.store.merge("Account", book.ids[row["account_id"]], book.ids[key]),
    )


def add_campaigns(book: Book) -> None:
    """Campaigns when they begin; what they cost is what was spent on them in all."""
    spent: dict[str, float] = defaultdict(float)
    for row in book.rows("campaign_spend"):
        spent[row["campaign_id"]] += float(row["spend"])
    for row in book.rows("campaigns"):
        cost = round(spent[row["campaign_id"]], 2)
        action = functools.partial(_insert_campaign, book, row, cost)
        book.timeline.add(row["started_on"], 0, action)


def _insert_campaign(book: Book, row: Row, cost: float) -> None:
    # Salesforce has no unreadable dates: the one of the export is left empty.
    is_readable = row["ended_on"][4:5] == "-"
    book.ids[row["campaign_id"]] = book.store.insert("Campaign", {
        "Name": row["name"], "Type": row["channel"].replace("_", " ").capitalize(),
        "Status": "Completed", "StartDate": row["started_on"],
        "EndDate": row["ended_on"] if is_readable else None,
        "BudgetedCost": number(row["budget"]), "ActualCost": cost, "IsActive": True,
        "CurrencyIsoCode": row["currency"],
    })  # fmt: skip
