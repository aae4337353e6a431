"""The pool against a plain sorted list."""

from __future__ import annotations

from cascadesim.engine.pool import _SLACK, Pool
from hypothesis import given, settings
from hypothesis import strategies as st


class Thing:
    """Hashable and without an order of its own, as workers and groups are."""

    def __init__(self, key: int) -> None:
        self.key = key


THINGS = [Thing(key) for key in range(6)]
STEPS = st.lists(
    st.tuples(st.sampled_from(["offer", "withdraw", "take"]), st.integers(0, 5), st.integers(0, 3)), max_size=400
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(STEPS)
def test_pool_is_a_sorted_list(steps: list[tuple[str, int, int]]) -> None:
    pool: Pool[Thing] = Pool()
    plain: dict[Thing, tuple[int, int]] = {}
    for what, number, place in steps:
        thing = THINGS[number]
        before = min(plain, key=plain.__getitem__, default=None)
        if what == "offer":
            order = (place, thing.key)
            assert pool.offer(thing, order) is (plain.get(thing) != order)
            plain[thing] = order
        elif what == "withdraw":
            assert pool.withdraw(thing) is (plain.pop(thing, None) is not None)
        else:
            assert pool.take() is before
            if before is not None:
                del plain[before]
        assert pool.best() is min(plain, key=plain.__getitem__, default=None)
        assert len(pool) == len(plain)
        assert all((thing in pool) is (thing in plain) for thing in THINGS)
        assert all(pool.order(thing) == plain[thing] for thing in plain)


def test_outdated_entries_do_not_pile_up() -> None:
    """Ten thousand changes of order leave a heap of the size of the pool, and the best is still the best."""
    pool: Pool[Thing] = Pool()
    for turn in range(10_000):
        thing = THINGS[turn % 6]
        pool.offer(thing, (turn % 7 if thing.key else 5_000 - turn, thing.key))
    assert len(pool._heap) <= 2 * len(pool) + _SLACK + 1
    left = sorted((pool.order(thing), thing) for thing in THINGS)
    assert [pool.take() for _ in THINGS] == [thing for _, thing in left]
    assert pool.take() is None
