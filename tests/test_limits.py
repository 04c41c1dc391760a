"""How many requests an address may send, whom a proxy may name, and which sites may call the API."""

import pytest
from fakes_service import FakePipeline
from flask.testing import FlaskClient

from qa.app import create_app
from qa.settings import Settings

ASKED = {"question": "Siapa wali kota Tirtaloka?"}


def client(**settings: object) -> FlaskClient:
    return create_app(Settings(**settings), FakePipeline()).test_client()  # type: ignore[arg-type]  # test shorthand


def statuses(of: FlaskClient, number: int, **headers: str) -> list[int]:
    return [of.post("/ask", json=ASKED, headers=headers).status_code for _ in range(number)]


def test_by_default_there_is_no_limit() -> None:
    assert set(statuses(client(), 50)) == {200}


def test_a_request_above_the_limit_is_a_problem_that_says_how_long_to_wait() -> None:
    limited = client(rate_limit="3 per minute")
    assert statuses(limited, 4) == [200, 200, 200, 429]
    refused = limited.post("/ask", json=ASKED)
    assert refused.mimetype == "application/problem+json"
    assert 0 <= int(refused.headers["Retry-After"]) <= 60


def test_the_form_and_the_api_share_one_limit() -> None:
    limited = client(rate_limit="2 per minute")
    assert [limited.get("/?question=Siapa").status_code for _ in range(2)] == [200, 200]
    assert statuses(limited, 1) == [429]


def test_the_operators_addresses_are_not_limited() -> None:
    limited = client(rate_limit="1 per minute")
    seen = set()
    for path in ("/healthz", "/readyz", "/metrics", "/static/style.css") * 3:
        with limited.get(path) as reply:
            seen.add(reply.status_code)
    assert seen == {200}


def test_a_visitor_cannot_name_another_address() -> None:
    limited = client(rate_limit="2 per minute")
    seen = [limited.post("/ask", json=ASKED, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)]
    assert seen == [200, 200, 429]


def test_behind_a_trusted_proxy_visitors_are_counted_apart() -> None:
    limited = client(rate_limit="2 per minute", trusted_proxies=1)
    seen = [limited.post("/ask", json=ASKED, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in (1, 1, 1, 2)]
    assert seen == [200, 200, 429, 200]


def test_what_a_visitor_wrote_before_the_trusted_proxys_entry_does_not_count() -> None:
    limited = client(rate_limit="2 per minute", trusted_proxies=1)
    seen = [limited.post("/ask", json=ASKED, headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.1"}).status_code for n in range(3)]
    assert seen == [200, 200, 429]


def test_addresses_of_one_ipv6_network_count_together() -> None:
    limited = client(rate_limit="2 per minute", trusted_proxies=1)
    seen = [limited.post("/ask", json=ASKED, headers={"X-Forwarded-For": f"2001:db8:0:1::{n}"}).status_code for n in (1, 2, 3)]
    assert seen == [200, 200, 429]


@pytest.mark.parametrize(("origins", "allowed"), [(None, None), ("https://lain.example", None), ("https://kawan.example", "https://kawan.example"), ("*", "*")])
def test_only_named_sites_may_read_replies(origins: str | None, allowed: str | None) -> None:
    reply = client(cors_origins=origins).post("/ask", json=ASKED, headers={"Origin": "https://kawan.example"})
    assert reply.headers.get("Access-Control-Allow-Origin") == allowed


def test_verdicts_stay_closed_to_other_sites() -> None:
    reply = client(cors_origins="*").post("/feedback", data={}, headers={"Origin": "https://kawan.example"})
    assert "Access-Control-Allow-Origin" not in reply.headers
