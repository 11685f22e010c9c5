"""What visitors are asked to draw."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from datasets import prompting, tasks
from datasets.errors import InvalidInput
from datasets.labels import DIGITS
from datasets.prompting import SHAPES, check_prompt, prompts, shares_of
from tests.datasets.factories import make_approved, make_drawing, make_room


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    keys = [prompting.COUNTS_KEY, prompting.FRESH_KEY]
    cache.delete_many(keys)
    yield
    cache.delete_many(keys)


def test_what_is_lacking_is_asked_for_more_often_and_nothing_never() -> None:
    shares = shares_of(dict.fromkeys(DIGITS, 1000) | {"4": 0, "5": 500}, DIGITS, 7 / 8)
    assert shares["4"] == pytest.approx(10 * shares["1"])
    assert shares["1"] < shares["5"] < shares["4"]
    assert sum(shares.values()) == pytest.approx(7 / 8)


@pytest.mark.parametrize("counts", [{}, dict.fromkeys(DIGITS, 6000)])
def test_where_nothing_lacks_more_than_the_rest_all_digits_are_asked_for_alike(counts: dict[str, int]) -> None:
    assert list(shares_of(counts, DIGITS, 7 / 8).values()) == pytest.approx([7 / 80] * 10)


@pytest.mark.django_db
def test_approved_and_pending_drawings_of_the_public_count_by_what_they_show() -> None:
    make_approved("1")
    make_drawing("1", status="approved", final_label="2")
    make_drawing("2")
    make_drawing("3", status="rejected")
    make_drawing("3", room=make_room())
    make_drawing("not-a-digit")
    [make_drawing("not-a-digit", prompt="star") for _ in range(2)]
    make_drawing("not-a-digit", prompt="wave")
    make_drawing("4", prompt="wave", status="approved", final_label="not-a-digit")
    make_drawing("not-a-digit", prompt="heart")
    make_drawing("0", prompt="0", status="approved", final_label="not-a-digit")
    weights = {prompt.name: prompt.weight for prompt in prompts()}
    assert weights["2"] < weights["1"] < weights["3"] == weights["0"]
    assert weights["star"] == weights["wave"] < weights["heart"] < weights["house"] == weights["letter-a"]


@pytest.mark.django_db
def test_one_in_eight_is_no_digit_and_all_can_be_submitted_as_asked() -> None:
    asked = prompts()
    assert sum(prompt.weight for prompt in asked) == pytest.approx(1)
    assert sum(prompt.weight for prompt in asked if prompt.label == "not-a-digit") == pytest.approx(1 / 8)
    for prompt in asked:
        check_prompt(prompt.name, prompt.label)
    sentences = [prompt.sentence for prompt in asked]
    assert {"Please draw a 4", "Please draw an 8", "Please draw a star"} < set(sentences)
    assert len(set(sentences)) == len(asked) == 10 + len(SHAPES)


@pytest.mark.parametrize(("prompt", "label"), [("4", "5"), ("star", "4"), ("4", "not-a-digit"), ("cat", "not-a-digit")])
def test_what_nobody_asks_for_is_no_prompt(prompt: str, label: str) -> None:
    with pytest.raises(InvalidInput, match=prompt) as error:
        check_prompt(prompt, label)
    assert error.value.code == "invalid_prompt"
    check_prompt("", label)


@pytest.mark.django_db
def test_no_visitor_waits_until_drawings_are_counted(django_assert_num_queries, monkeypatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(prompting.current_app, "send_task", lambda name, **how: sent.append(name))
    before = prompts()
    make_drawing("7")
    with django_assert_num_queries(0):
        prompts()
    assert sent == []
    cache.delete(prompting.FRESH_KEY)  # as after some minutes
    with django_assert_num_queries(0):
        assert prompts() == prompts() == before
    assert sent == [prompting.TASK]
    tasks.count_for_prompts()
    assert prompts() != before


@pytest.mark.django_db
def test_while_redis_is_away_drawings_are_counted_anew(settings) -> None:
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1"}}
    make_drawing("7")
    weights = {prompt.name: prompt.weight for prompt in prompts()}
    assert weights["7"] < weights["8"]
