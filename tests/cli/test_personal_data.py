"""Canaries: a person's address and three secrets, a run in which things fail, and where they lie.

The address may lie in the landing zone alone, and after `jalur erase` nowhere; a secret never.
"""

import json

import pytest

from demo.servers.hubspot import HubSpot, Store
from demo.servers.loopback import serve
from tests.cli.conftest import Desk
from tests.holders import holders

ADDRESS = "Canary.Bird@lead-canary.example"
COMPANY = "Canary Birds Limited"
PERSON = (ADDRESS, COMPANY, "+62 811")
SECRETS = {
    "JALUR_PERSONAL_DATA_KEY": "canary-key-0123456789",
    "JALUR_HUBSPOT_TOKEN": "canary-token-0123456789",
    # Nobody listens there, and a private address is refused anyway.
    "JALUR_ALERT_URLS": "json://127.0.0.1:9/canary-url-0123456789",
}
CANARIES = ("canary-key-0123456789", "canary-token-0123456789", "canary-url-0123456789")
HEADER = "lead_id,created_at,status,email,company,phone,updated_at\n"
OTHERS = "".join(
    f"L{n},2026-02-{n % 28 + 1:02},new,p{n}@other.example,Other {n},,2026-03-01\n"
    for n in range(2, 60)
)


def leads(updated_on: str) -> str:
    hers = f"L1,2026-02-01,new,{ADDRESS},{COMPANY},+62 811 000,{updated_on}\n"
    broken = f"L1,2026-02-01,new,{ADDRESS},{COMPANY},one,field,too,many\n"
    return HEADER + OTHERS + hers + broken


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("canaries"))
    desk.write_company()
    desk.write("leads.csv", leads("2026-03-01"))
    desk.write("touchpoints.csv", "touchpoint_id,occurred_at,kind,lead_id,referrer\n"
               f"T1,2026-02-02,form_submit,L1,mail from {ADDRESS} came\n")  # fmt: skip
    with serve(HubSpot(Store())) as url:
        desk.settings = {**SECRETS, "JALUR_SOURCES": "files,hubspot", "JALUR_HUBSPOT_URL": url}
        wrong_token = desk.jalur("run")
    assert wrong_token.returncode == 1, wrong_token.stdout + wrong_token.stderr
    assert "401" in wrong_token.stderr
    desk.settings = dict(SECRETS)
    tested = desk.jalur("alerts", "test")
    assert tested.returncode == 1, tested.stdout
    ran = desk.jalur("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = "".join(each.stdout + each.stderr for each in (wrong_token, tested, ran))
    assert not [canary for canary in CANARIES if canary in said]
    return desk


@pytest.mark.full
def test_canaries_lie_where_they_may(desk: Desk) -> None:
    found = holders(desk.home, ADDRESS, *CANARIES)
    assert set(found) == {ADDRESS}
    assert {place.rsplit("/", 1)[0] for place in found[ADDRESS]} == {
        "landing/raw_files/leads",
        "landing/raw_files/touchpoints",
        "landing/raw_files/_quarantine",
    }


@pytest.mark.full
def test_the_quarantine_is_shown_and_settled(desk: Desk) -> None:
    listed = desk.jalur("quarantine", "list")
    assert [word in listed.stdout for word in ("leads", "broken_line")] == [True, True]
    shown = desk.jalur("quarantine", "show", "--limit", "1")
    assert "one,field,too,many" in shown.stdout
    assert "mend the line" in shown.stdout


@pytest.mark.full
def test_one_who_is_erased_is_nowhere_and_stays_away(desk: Desk) -> None:
    refused = desk.jalur("erase", "--lead", "L1")
    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert "leads.csv" in refused.stderr
    assert "touchpoints.csv" in refused.stderr
    assert holders(desk.home / "landing", ADDRESS)

    # A file of ours and one of the user's, both published with the address.
    (desk.home / "reviews" / "2026-06-22").mkdir(parents=True)
    (desk.home / "reviews" / "2026-06-22" / "review.html").write_text(f"<p>{ADDRESS}</p>")
    erased = desk.jalur("erase", "--lead", "L1", "--force")
    assert erased.returncode == 0, erased.stdout + erased.stderr
    assert holders(desk.home, *PERSON) == {}
    [line] = (desk.home / "erasures.jsonl").read_text().splitlines()
    assert json.loads(line)["counts"] == {
        "quarantined rows": 1,
        "rows with their address": 1,
        "rows about them": 0,
        "other files": 1,
        "landed rows": 1,
    }
    assert "L1" not in line
    assert len(json.loads(line)["id_hash"]) == 64

    # The export is written again, with the person in it: newer, and broken once more.
    desk.write("leads.csv", leads("2026-04-01"))
    ran = desk.jalur("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert holders(desk.home, *PERSON, *CANARIES) == {}
    visits = "select count(*) from marts.fct_lead_status_visits where lead_id = "
    assert desk.published(visits + "'L2'") == [(1,)]
    quarantined = desk.jalur("quarantine", "show")
    assert "was erased" in quarantined.stdout
