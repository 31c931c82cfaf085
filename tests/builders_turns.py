"""Two or more workers of which one runs at a time: a seeded draw after each step says who goes on and who dies.

A step is a request to the store. Around each lie two boundaries, before its effect and after it; at each a worker may
be held up while the others go on, or be killed as `kill -9` kills: no `except Exception` of it tidies up.
"""

from __future__ import annotations

import random  # noqa: TID251  by a fixed seed
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any


class Killed(BaseException):
    """A worker is no more."""


class Turns:
    """Hands the turn around. `deaths` counts, by boundary, who was killed there; `boundaries` all that were passed.

    `kill_at` is the number of the one boundary at which to kill, `rate` the share of boundaries at which somebody dies
    by chance, `over` what is asked at each: when it says yes, every worker is killed where it stands.
    """

    def __init__(
        self, seed: int, *, switching: float = 0.5, rate: float = 0.0, kill_at: int | None = None
    ) -> None:
        self.random = random.Random(seed)
        self.switching, self.rate, self.kill_at = switching, rate, kill_at
        self.over: Callable[[], bool] = lambda: False
        self.boundaries = 0
        self.deaths: Counter[str] = Counter()
        self._gates: list[threading.Lock] = []
        self._living: list[int] = []
        self._mine = threading.local()
        self._errors: list[BaseException] = []

    def run(self, workers: Sequence[Callable[[], Any]]) -> None:
        """Run all of them to their end; whatever but a death ends one is raised here."""
        self._gates = [threading.Lock() for _ in workers]
        self._living = list(range(len(workers)))
        threads = [
            threading.Thread(target=self._alive, args=(number, work), daemon=True)
            for number, work in enumerate(workers)
        ]
        for gate in self._gates:
            gate.acquire()
        for thread in threads:
            thread.start()
        self._gates[0].release()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def step(self, what: str, effect: Callable[[], Any]) -> Any:
        """One request: the boundary before, its effect, the boundary after."""
        self._boundary(f"before {what}")
        result = effect()
        self._boundary(f"after {what}")
        return result

    def _boundary(self, where: str) -> None:
        number, self.boundaries = self.boundaries, self.boundaries + 1
        if number == self.kill_at or (self.rate and self.random.random() < self.rate):
            self.deaths[where] += 1
            raise Killed(where)
        if self.over():
            raise Killed("all of them")
        if len(self._living) > 1 and self.random.random() < self.switching:
            me = self._mine.number
            other = self.random.choice([one for one in self._living if one != me])
            self._gates[other].release()
            self._gates[me].acquire()

    def _alive(self, number: int, work: Callable[[], Any]) -> None:
        self._mine.number = number
        self._gates[number].acquire()
        try:
            work()
        except Killed:
            pass
        except BaseException as error:
            self._errors.append(error)
        self._living.remove(number)
        if self._living:
            self._gates[self.random.choice(self._living)].release()
