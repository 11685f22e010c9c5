"""How often a password may be wrong."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth import forms, get_user_model
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse

from digitsite.passwords import LoginForm

LOGIN = reverse("admin:login")
CHANGE = reverse("admin:password_change")
RIGHT, WRONG = "dreihundert Drachen", "Drachen"
MOST, MOST_TOGETHER = 3, 6
AT_ONCE = 30


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    settings.LOGIN_FAILURES_PER_NAME = MOST
    settings.LOGIN_FAILURES_PER_ADDRESS = MOST_TOGETHER


@pytest.fixture
def ada(db: None) -> User:
    return get_user_model().objects.create_superuser("ada", password=RIGHT)


def somewhere() -> str:
    """Return an address that no other test has."""
    return f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"


def try_password(address: str, password: str, name: str = "ada") -> Any:
    """Return what the login answers; 302 is in."""
    return Client(REMOTE_ADDR=address).post(LOGIN, {"username": name, "password": password})


def statuses(address: str, *passwords: str, name: str = "ada") -> list[int]:
    return [try_password(address, password, name).status_code for password in passwords]


def test_after_so_many_wrong_passwords_for_a_name_the_right_one_is_refused_too(ada: User) -> None:
    address = somewhere()
    assert statuses(address, *[WRONG] * MOST) == [200] * MOST
    refused = try_password(address, RIGHT)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 15 * 60
    page = refused.content.decode()
    assert "too many wrong passwords" in page and 'name="password"' in page
    assert "_auth_user_id" not in refused.client.session


def test_a_stranger_locks_nobody_out_elsewhere(ada: User) -> None:
    assert statuses(somewhere(), *[WRONG] * (MOST + 1))[-1] == 429
    assert statuses(somewhere(), RIGHT) == [302]


def test_another_name_at_the_same_address_has_a_limit_of_its_own(ada: User) -> None:
    address = somewhere()
    assert statuses(address, *[WRONG] * (MOST + 1), name="bob")[-1] == 429
    assert statuses(address, RIGHT) == [302]


def test_an_address_that_tries_many_names_is_refused(ada: User) -> None:
    address = somewhere()
    for number in range(MOST_TOGETHER):
        assert statuses(address, WRONG, name=f"name-{number}") == [200]
    assert statuses(address, RIGHT) == [429]


def test_the_right_password_ends_the_count_of_its_name_and_not_that_of_the_address(ada: User) -> None:
    address = somewhere()
    assert statuses(address, WRONG, WRONG, RIGHT, WRONG, WRONG, RIGHT, WRONG) == [200, 200, 302, 200, 200, 302, 200]
    assert statuses(address, WRONG, RIGHT) == [200, 429], f"{MOST_TOGETHER} were wrong, whoever logged in meanwhile"


def test_right_passwords_never_count(ada: User) -> None:
    assert set(statuses(somewhere(), *[RIGHT] * (MOST_TOGETHER + 2))) == {302}


def test_a_form_without_a_password_counts_nothing_and_ends_no_count(ada: User) -> None:
    address = somewhere()
    assert statuses(address, WRONG, WRONG, "", "", "", WRONG, WRONG) == [200] * 6 + [429]


def test_of_guesses_at_one_moment_no_more_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = Mock(return_value=None)
    monkeypatch.setattr(forms, "authenticate", looked_at)
    request = RequestFactory(REMOTE_ADDR=somewhere()).post(LOGIN)
    barrier = threading.Barrier(AT_ONCE)

    def guess(number: int) -> bool:
        barrier.wait()
        return LoginForm(request, data={"username": "ada", "password": str(number)}).is_valid()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert not any(pool.map(guess, range(AT_ONCE)))
    assert looked_at.call_count == MOST


def test_while_redis_is_away_nobody_can_guess(ada: User, settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    refused = Client(REMOTE_ADDR=somewhere()).post(
        LOGIN, {"username": "ada", "password": RIGHT}, headers={"Accept": "text/html"}
    )
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert "away for a moment" in refused.content.decode()


def test_whoever_finds_an_open_session_cannot_find_out_its_password(ada: User) -> None:
    client = Client()
    client.force_login(ada)

    def change(old: str, new: str) -> Any:
        return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})

    assert [change(WRONG, "vierhundert Drachen").status_code for _ in range(MOST)] == [200] * MOST
    refused = change(RIGHT, "vierhundert Drachen")
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    assert "too many wrong passwords" in refused.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(RIGHT)


def test_a_password_is_changed_by_whom_it_belongs_to(ada: User) -> None:
    client = Client()
    assert client.get(CHANGE)["Location"].startswith(LOGIN)
    client.force_login(ada)
    assert client.get(CHANGE).status_code == 200
    for old, new in ((RIGHT, WRONG + " aus Papier"), (WRONG + " aus Papier", RIGHT)) * 2:
        answer = client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})
        assert answer["Location"] == reverse("admin:password_change_done")
