"""What is kept of visitors' results: bounded in age, number and bytes; nobody finds another's."""

import pytest

from demo.compute import kept_results
from demo.compute.kept_results import RESULTS, SHARE, KeptResult, KeptResults
from nst_core.settings import Settings

HOUR, MOST = 3600, 100_000  # seconds, bytes


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> KeptResults:
    return KeptResults(HOUR, MOST, clock)


def result(store: KeptResults, png: int = 100, photo: bytes = b"photo", **other: str) -> KeptResult:
    """A result whose PNG has so many bytes; all of it takes 20 bytes more, and the photo and the painting."""
    numbers = {"width": 96, "height": 64, "evaluation": 3, "evaluations": 8}
    texts = dict.fromkeys(("status", "recipe", "by_term", "by_layer"), "html") | other
    pictures = store.picture("photo.jpg", photo), (store.picture("painting.jpg", b"painting"),)
    ends = {"filename": "a.png", "thumbnail": b"webp", "ended": "finished"}
    return KeptResult(*pictures, settings=Settings(), png=bytes(png), **ends, **texts, **numbers)


def numbers(store: KeptResults, key: str) -> list[int]:
    return [kept.number for kept in store.of(key)]


def test_results_are_found_with_their_key_only_newest_first(store):
    ada, ben = store.key(), store.key()
    for _ in range(3):
        store.add(ada, result(store))
    store.add(ben, result(store))
    assert numbers(store, ada) == [3, 2, 1] and numbers(store, ben) == [1]
    assert store.get(ada, 2).number == 2
    assert store.get(ben, 2) is None and store.get(ada, "2") is None and store.get(ada, 9) is None
    for unknown in (None, store.key(), ada[:-1]):
        assert store.of(unknown) == [] and store.get(unknown, 1) is None


@pytest.mark.parametrize("given", [None, "", "short", 3, {"a": 1}, ["x"], "a" * 42 + "\n", "ä" * 43, "a" * 44])
def test_a_key_that_was_not_made_here_is_replaced_by_one_that_cannot_be_guessed(store, given):
    one, other = store.key(given), store.key(given)
    assert one != other and len(one) == 43
    assert store.key(one) == one


def test_results_go_an_hour_after_their_visitor_was_last_seen(store, clock):
    ada, ben = store.key(), store.key()
    store.add(ada, result(store))
    store.add(ben, result(store))
    clock.now = HOUR
    assert numbers(store, ada) == [1]
    clock.now = HOUR + 1
    store.drop()
    assert store.size() == 120 + len(b"photo" + b"painting")  # ada's
    assert numbers(store, ben) == [] and numbers(store, ada) == [1]


def test_while_a_run_goes_on_its_visitor_is_there(store, clock):
    ada = store.key()
    store.add(ada, result(store))
    store.begin(ada)
    clock.now = 3 * HOUR
    store.drop()
    assert store.running(ada) == 1
    store.end(ada)
    assert store.running(ada) == 0 and numbers(store, ada) == [1]


def test_of_many_results_of_one_visitor_the_newest_are_kept(store):
    ada = store.key()
    for _ in range(RESULTS + 3):
        store.add(ada, result(store))
    assert numbers(store, ada) == list(range(RESULTS + 3, 3, -1))


def test_one_visitor_cannot_take_all_the_bytes_and_what_is_too_large_is_not_kept(store):
    ada, ben = store.key(), store.key()
    store.add(ben, result(store))
    for _ in range(3):
        store.add(ada, result(store, png=int(SHARE * MOST / 2) - 100))
    assert numbers(store, ada) == [3, 2] and numbers(store, ben) == [1]
    store.add(ben, result(store, png=int(SHARE * MOST) + 1))
    assert numbers(store, ben) == []


def test_beyond_the_bytes_those_of_who_was_not_seen_for_longest_go_first(store):
    keys, large = [store.key() for _ in range(4)], int(0.22 * MOST)
    for key in keys:
        store.add(key, result(store, png=large))
    assert numbers(store, keys[0]) == [1]  # seen again
    store.add(keys[3], result(store, png=large))
    assert [numbers(store, key) for key in keys] == [[1], [], [1], [2, 1]]
    assert store.size() <= MOST


def test_of_many_visitors_those_seen_last_are_kept(store, monkeypatch):
    monkeypatch.setattr(kept_results, "VISITORS", 2)
    keys = [store.key() for _ in range(4)]
    for key in keys:
        store.add(key, result(store))
    assert [numbers(store, key) for key in keys] == [[], [], [1], [1]]


def test_a_photo_of_several_results_is_stored_once_and_goes_with_the_last(store):
    ada, photo = store.key(), bytes(10_000)
    for _ in range(4):
        store.add(ada, result(store, photo=photo + b""))
    assert store.size() == 4 * 120 + len(photo) + len(b"painting")
    assert len({id(kept.photo) for kept in store.of(ada)}) == 1
    store.forget(ada)
    assert store.size() == 0 and store.of(ada) == []


def test_numbers_go_on_where_they_were_after_all_is_deleted(store, clock):
    ada = store.key()
    store.add(ada, result(store))
    store.forget(ada)
    clock.now = HOUR - 1
    store.add(store.key(), result(store))  # whatever another visitor does
    assert store.of(ada) == []
    clock.now = 2 * HOUR - 2  # ada was seen an hour before
    store.begin(ada)
    store.add(ada, result(store))
    store.forget(ada)
    store.add(ada, result(store))
    store.end(ada)
    assert numbers(store, ada) == [3]
    clock.now = 3 * HOUR  # another visit
    assert store.of(ada) == []
    store.add(ada, result(store))
    assert numbers(store, ada) == [1]


def test_with_no_minutes_there_are_no_keys_and_so_no_results():
    store = KeptResults(0, MOST)
    assert store.key() is None and store.key("a" * 43) is None
