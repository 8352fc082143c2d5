"""What is recorded of a body."""

from __future__ import annotations

import pytest

from drctl.actions.checks.excerpt import LONGEST, excerpt

SECRET = "s3cr3t-Value"


@pytest.mark.parametrize(
    "body",
    [
        f'{{"password": "{SECRET}", "status": "down"}}',
        f"DATABASE_PASSWORD={SECRET} and more",
        f'{{"stripe_api_key":"{SECRET}"}}',
        f"Authorization: Bearer {SECRET}",
        f"authorization: basic {SECRET}",
        f"bearer {SECRET}.abc.def",
        f"cannot connect to postgresql://amply:{SECRET}@db.example:5432/amply",
        f"Set-Cookie: {SECRET}; Path=/",
        f"session_id = '{SECRET}'",
    ],
)
def test_nothing_like_a_secret_is_recorded(body: str) -> None:
    """A journal is read by many, and kept for years."""
    assert SECRET not in excerpt(body.encode())


@pytest.mark.parametrize(
    "token",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "Ab3-dEf5-GhI7-jKl9-MnO1-pQr3",
    ],
)
def test_a_token_is_known_by_its_look(token: str) -> None:
    """Long runs of letters and digits have no name beside them."""
    assert token[:20] not in excerpt(f"failed with {token} at start".encode())


def test_what_helps_is_kept() -> None:
    """The operator reads why the service is down."""
    body = b'{"status": "down",\n  "problems": ["database: connection refused", "redis: timed out"]}'
    assert excerpt(body) == '{"status": "down", "problems": ["database: connection refused", "redis: timed out"]}'


@pytest.mark.parametrize(
    "name", ["amply-storage-prod-eu-west-1", "amply-prod-1998001408.eu-west-1.elb.amazonaws.com", "/amply/prod/db-1"]
)
def test_names_of_resources_are_kept(name: str) -> None:
    """Which bucket is missing is what the operator needs to know."""
    assert excerpt(f"no answer from {name} in time".encode()) == f"no answer from {name} in time"


def test_it_is_short_and_cut_after_it_was_redacted() -> None:
    """Otherwise the first half of a secret at the edge would stay."""
    text = excerpt(b"x" * (LONGEST - 10) + b" password=abcdefghijklmnop")
    assert len(text) <= LONGEST
    assert "abcdef" not in text


def test_bytes_that_are_no_text_do_no_harm() -> None:
    """A page can be anything."""
    assert excerpt(b"\xff\xfe down") == "�� down"
