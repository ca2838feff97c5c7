"""Associations, beside a record and read in batches."""

from tests.demo.servers.hubspot.conftest import Desk

BATCH = "/crm/associations/2026-09/deals/companies/batch/read"


def connected(desk: Desk) -> tuple[int, int, int]:
    """A deal with two companies, the first of them its primary one."""
    deal = desk.store.create("deals", {})
    first, second = (desk.store.create("companies", {}) for _ in range(2))
    desk.store.associate("deals", deal, "companies", first, is_primary=True)
    desk.store.associate("deals", deal, "companies", second)
    return deal, first, second


def ends(desk: Desk, deal: int) -> list[str]:
    answer = desk.send(BATCH, inputs=[{"id": str(deal)}]).json()
    return [each["toObjectId"] for result in answer["results"] for each in result["to"]]


def test_beside_a_record(desk: Desk) -> None:
    deal, first, second = connected(desk)
    desk.store.associate("deals", deal, "line_items", desk.store.create("line_items", {}))
    asked = "companies,contacts,line_items"
    shown = desk.get(f"/crm/objects/2026-09/deals/{deal}", associations=asked)
    assert list(shown["associations"]) == ["companies", "line items"]
    assert shown["associations"]["companies"]["results"] == [
        {"id": str(first), "type": "deal_to_company"},
        {"id": str(first), "type": "deal_to_company_unlabeled"},
        {"id": str(second), "type": "deal_to_company_unlabeled"},
    ]


def test_a_batch_in_both_versions(desk: Desk) -> None:
    deal, first, second = connected(desk)
    for path in (BATCH, "/crm/v4/associations/deals/companies/batch/read"):
        answer = desk.send(path, inputs=[{"id": str(deal)}])
        assert answer.status_code == 200
        (result,) = answer.json()["results"]
        assert result["from"] == {"id": str(deal)}
        assert "paging" not in result
        assert [each["toObjectId"] for each in result["to"]] == [str(first), str(second)]
        assert result["to"][0]["associationTypes"] == [
            {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"},
            {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
        ]


def test_a_new_primary_company_takes_the_place_of_the_old_one(desk: Desk) -> None:
    deal, first, second = connected(desk)
    desk.store.associate("deals", deal, "companies", second, is_primary=True)
    (result,) = desk.send(BATCH, inputs=[{"id": str(deal)}]).json()["results"]
    kinds = [[kind["typeId"] for kind in each["associationTypes"]] for each in result["to"]]
    assert kinds == [[341], [5, 341]]
    shown = desk.get(f"/crm/objects/2026-09/companies/{first}/associations/deals")
    assert [kind["typeId"] for kind in shown["results"][0]["associationTypes"]] == [342]


def test_the_other_direction_has_other_numbers(desk: Desk) -> None:
    deal, first, _ = connected(desk)
    path = f"/crm/objects/2026-09/companies/{first}/associations/deals"
    (result,) = desk.get(path)["results"]
    assert result["toObjectId"] == str(deal)
    assert [each["typeId"] for each in result["associationTypes"]] == [6, 342]


def test_none_is_an_error_of_that_input(desk: Desk) -> None:
    deal, *_ = connected(desk)
    alone = desk.store.create("deals", {})
    answer = desk.send(BATCH, inputs=[{"id": str(deal)}, {"id": str(alone)}])
    assert (answer.status_code, len(answer.json()["results"])) == (207, 1)
    (error,) = answer.json()["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["context"]["fromObjectId"] == [str(alone)]


def test_many_come_in_pages_of_their_input(desk: Desk) -> None:
    deal, first, second = connected(desk)
    desk.server.portal.associations_per_page = 1
    (result,) = desk.send(BATCH, inputs=[{"id": str(deal)}]).json()["results"]
    assert [each["toObjectId"] for each in result["to"]] == [str(first)]
    after = result["paging"]["next"]["after"]
    (result,) = desk.send(BATCH, inputs=[{"id": str(deal), "after": after}]).json()["results"]
    assert [each["toObjectId"] for each in result["to"]] == [str(second)]
    assert "paging" not in result


def test_a_batch_takes_a_thousand(desk: Desk) -> None:
    deal, *_ = connected(desk)
    inputs = [{"id": str(deal)}] * 1_001
    assert desk.send(BATCH, inputs=inputs[:1_000]).status_code == 200
    assert desk.send(BATCH, inputs=inputs).status_code == 400


def test_what_is_gone_is_no_longer_associated(desk: Desk) -> None:
    deal, first, second = connected(desk)
    desk.store.archive("companies", first)
    assert ends(desk, deal) == [str(second)]
    desk.store.restore("companies", first)
    assert ends(desk, deal) == [str(first), str(second)]
    desk.store.delete("companies", second)
    assert ends(desk, deal) == [str(first)]
    desk.store.archive("deals", deal)
    assert ends(desk, deal) == []


def test_what_is_cut_is_cut_from_both_sides(desk: Desk) -> None:
    deal, first, second = connected(desk)
    desk.store.dissociate("deals", deal, "companies", first)
    assert ends(desk, deal) == [str(second)]
    assert desk.get(f"/crm/objects/2026-09/companies/{first}/associations/deals")["results"] == []


def test_a_merged_record_has_those_of_both(desk: Desk) -> None:
    deal, first, second = connected(desk)
    other = desk.store.create("deals", {})
    third = desk.store.create("companies", {})
    desk.store.associate("deals", other, "companies", third, is_primary=True)
    merged = desk.store.merge("deals", deal, other)
    answer = desk.send(BATCH, inputs=[{"id": str(merged)}, {"id": str(deal)}]).json()
    (result,) = answer["results"]
    kinds = {
        each["toObjectId"]: [kind["typeId"] for kind in each["associationTypes"]]
        for each in result["to"]
    }
    assert kinds == {str(first): [5, 341], str(second): [341], str(third): [341]}
    # The old id finds the record, but not its associations.
    assert answer["errors"][0]["context"]["fromObjectId"] == [str(deal)]
