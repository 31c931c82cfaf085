"""Who visits whom: as a brute force finds it on small cases, feasible exactly where a flow is on larger ones."""

from __future__ import annotations

import hashlib
import random  # noqa: TID251  by a fixed seed
from collections import Counter, deque
from collections.abc import Mapping

import pytest

from chalicelib.domain.draws.pairing import Place, Shortage, pair

Case = tuple[list[Place], dict[Place, list[str]], dict[str, int]]


def ticket(place: Place, inspector: str) -> bytes:
    return hashlib.sha256(f"{place}{inspector}".encode()).digest()


def _case(chance: random.Random, objects: int, inspectors: int, chances: float, cap: int) -> Case:
    names = [f"i{n}" for n in range(inspectors)]
    places = [(f"o{n}", slot) for n in range(objects) for slot in range(chance.randint(1, 3))]
    eligible = {place: [one for one in names if chance.random() < chances] for place in places}
    return places, eligible, {one: chance.randint(0, cap) for one in names}


def _first(case: Case) -> dict[Place, str] | None:
    """Brute force: in order, the smallest ticket for which some completion exists."""
    places, eligible, caps = case

    def complete(at: int, made: dict[Place, str]) -> dict[Place, str] | None:
        if at == len(places):
            return dict(made)
        place = places[at]
        load = Counter(made.values())
        team = {one for (id_, _), one in made.items() if id_ == place[0]}
        for one in sorted(eligible[place], key=lambda one: (ticket(place, one), one)):
            if one not in team and load[one] < caps[one]:
                found = complete(at + 1, made | {place: one})
                if found is not None:
                    return found
        return None

    return complete(0, {})


@pytest.mark.parametrize(
    "seed", [0, pytest.param(1, marks=pytest.mark.proof), pytest.param(2, marks=pytest.mark.proof)]
)
def test_small_cases_are_paired_as_brute_force_pairs_them(seed: int) -> None:
    """700 each; two places of one object need two people in all of them."""
    chance, possible = random.Random(seed), 0
    for _ in range(700):
        case = _case(chance, chance.randint(1, 4), chance.randint(1, 5), chance.choice((0.4, 0.7, 1.0)), 3)
        made, wanted = pair(*case, ticket), _first(case)
        assert (None if isinstance(made, Shortage) else made) == wanted
        possible += wanted is not None
    assert 150 < possible < 650  # both answers have been asked for


Network = dict[object, dict[object, int]]


def _network(case: Case) -> Network:
    """What is still free on each edge, with a node for each (object, inspector)."""
    room: Network = {}

    def edge(a: object, b: object, size: int) -> None:
        room.setdefault(a, {})[b] = size
        room.setdefault(b, {}).setdefault(a, 0)

    places, eligible, caps = case
    for place in places:
        edge("source", place, 1)
        for one in eligible[place]:
            edge(place, (place[0], "at", one), 1)
            edge((place[0], "at", one), one, 1)
    for one, cap in caps.items():
        edge(one, "sink", cap)
    return room


def _max_flow(case: Case) -> int:
    """Another way to the same: shortest augmenting paths over an explicit network."""
    room, flow = _network(case), 0
    while (came := _reached(room)).get("sink"):
        to: object = "sink"
        while (at := came[to]) is not None:
            room[at][to] -= 1
            room[to][at] += 1
            to = at
        flow += 1
    return flow


def _reached(room: Network) -> dict[object, object]:
    came: dict[object, object] = {"source": None}
    queue = deque[object](["source"])
    while queue:
        at = queue.popleft()
        for to, free in room.get(at, {}).items():
            if free and to not in came:
                came[to] = at
                queue.append(to)
    return came


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.proof)])
def test_large_cases_are_possible_exactly_where_a_flow_is(seed: int) -> None:
    chance, possible = random.Random(seed), 0
    for _ in range(25):
        case = _case(
            chance, chance.randint(20, 60), chance.randint(12, 40), chance.choice((0.1, 0.2, 0.5)), 8
        )
        made = pair(*case, ticket)
        whole = _max_flow(case) == len(case[0])
        assert isinstance(made, dict) == whole
        possible += whole
        if isinstance(made, dict):
            _sound(made, case)
    assert 3 < possible < 22


def _sound(made: Mapping[Place, str], case: Case) -> None:
    places, eligible, caps = case
    assert set(made) == set(places)
    assert all(one in eligible[place] for place, one in made.items())
    assert all(number <= caps[one] for one, number in Counter(made.values()).items())
    teams = Counter((place[0], one) for place, one in made.items())
    assert max(teams.values(), default=1) == 1


def test_tight_caps_change_no_choice_that_flow_would_allow() -> None:
    """Every inspector is needed to the last visit; each choice is checked against a flow over what is left."""
    chance = random.Random(5)
    places = [(f"o{n}", slot) for n in range(12) for slot in range(2)]
    names = [f"i{n}" for n in range(8)]
    eligible = {place: [one for one in names if chance.random() < 0.6] for place in places}
    caps = dict.fromkeys(names, 3)
    made = pair(places, eligible, caps, ticket)
    assert isinstance(made, dict)
    left, open_ = dict(caps), dict(eligible)
    for at, place in enumerate(places):
        for one in sorted(open_[place], key=lambda one: (ticket(place, one), one)):
            after = left | {one: left[one] - 1}
            rest = {p: [i for i in open_[p] if (p[0], i) != (place[0], one)] for p in places[at + 1 :]}
            if left[one] and _max_flow((places[at + 1 :], rest, after)) == len(places) - at - 1:
                assert made[place] == one
                left, open_ = after, open_ | rest
                break


def test_what_is_short_is_said() -> None:
    places = [("a", 0), ("a", 1), ("b", 0), ("c", 0)]
    eligible = {("a", 0): ["x"], ("a", 1): ["x"], ("b", 0): ["y"], ("c", 0): ["y", "z"]}
    made = pair(places, eligible, {"x": 9, "y": 1, "z": 1}, ticket)
    assert made == Shortage((("a", 0), ("a", 1)), ("x",), 9)  # one person cannot be two
    made = pair(places[2:], eligible, {"y": 1, "z": 0}, ticket)
    assert isinstance(made, Shortage)
    assert set(made.inspectors) == {"y", "z"}
    assert made.capacity == 1
