"""Values that stand for what only the run will know, so that everything around them can be checked before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from drctl.loading.language.kinds import Schema, kinds_at, words_at
from drctl.loading.yaml_source import Path
from drctl.model.reference import Reference, Template, Value
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ParamProblem

_SAMPLES: Mapping[ValueKind, tuple[Json, ...]] = {
    # An action may ask more of text than that it is text; one of these has the form of most of what AWS knows.
    ValueKind.STRING: (
        "sample",
        "example.com",
        "arn:aws:iam::111111111111:role/sample",
        "sg-0123456789abcdef0",
        "https://example.com/",
        "2026-01-14T03:42:00Z",
        "eu-west-1",
        "1.0",
    ),
    ValueKind.INTEGER: (1, 2, 100, 5432),
    ValueKind.NUMBER: (1, 0.5, 100),
    ValueKind.BOOLEAN: (True, False),
    ValueKind.REGION: ("eu-west-1", "us-east-1"),
    ValueKind.DURATION: ("1m", "1h"),
    ValueKind.TIMESTAMP: ("2026-01-14T03:42:00Z", "2025-12-31T23:00:00Z"),
    ValueKind.LIST: (["sample"], [1], [], [{}]),
    ValueKind.OBJECT: ({}, {"sample": "sample"}),
}

KindOf = Callable[[Reference], ValueKind | None]
Check = Callable[[Mapping[str, Json]], Sequence[ParamProblem]]


def check_with_samples(
    params: Mapping[str, Value], schema: Schema, kind_of: KindOf, check: Check
) -> tuple[ParamProblem, ...]:
    """What `check` finds wrong with `params` whatever the references in them turn out to be."""
    trial = _Trial(params, schema, kind_of, check)
    found, first = trial.settle(dict.fromkeys(trial.samples, 0))
    known = [problem for problem in found if not trial.covers(problem.path)]
    around = {problem.path for problem in known if trial.lies_around(problem.path)}
    # What is wrong with something as a whole is told only if it is wrong whatever samples are in it.
    steps = range(1, max((len(samples) for samples in trial.samples.values()), default=0))
    # First with the same step everywhere, then with steps that differ: two places may have to hold two values.
    for skew, step in product((0, 1), steps):
        if not around:
            break
        around &= {problem.path for problem in trial.others(first, step, skew)}
    return tuple(problem for problem in known if not trial.lies_around(problem.path) or problem.path in around)


class _Trial:
    """The parameters with one sample of several in each unknown place."""

    def __init__(self, params: Mapping[str, Value], schema: Schema, kind_of: KindOf, check: Check) -> None:
        self._params, self._check = params, check
        self.samples: dict[Path, tuple[Json, ...]] = {}
        for path, value in _unknown(params, ()):
            kind = ValueKind.STRING if isinstance(value, Template) else kind_of(value)
            self.samples[path] = words_at(schema, path) or _samples_of(kind, kinds_at(schema, path))

    def run(self, chosen: Mapping[Path, int]) -> Sequence[ParamProblem]:
        """What is found wrong with the samples that are chosen."""
        return self._check(
            {
                key: _filled(value, (key,), lambda path: self.samples[path][chosen[path]])
                for key, value in self._params.items()
            }
        )

    def settle(self, chosen: dict[Path, int]) -> tuple[Sequence[ParamProblem], dict[Path, int]]:
        """Go on to the next sample wherever one is not taken, as long as there is a next."""
        while True:
            found = self.run(chosen)
            refused = {
                path
                for path, index in chosen.items()
                if index + 1 < len(self.samples[path]) and any(p.path[: len(path)] == path for p in found)
            }
            if not refused:
                return found, chosen
            chosen = {path: index + 1 if path in refused else index for path, index in chosen.items()}

    def others(self, first: Mapping[Path, int], step: int, skew: int) -> Sequence[ParamProblem]:
        """What is found wrong with samples other than `first`, wherever another one is taken: those `step` further,
        and `skew` more from each place to the next."""
        further = {
            path: (index + step + skew * place) % len(self.samples[path])
            for place, (path, index) in enumerate(first.items())
        }
        found, chosen = self.settle(further)
        refused = {path for path in chosen if any(problem.path[: len(path)] == path for problem in found)}
        return self.run({path: first[path] if path in refused else index for path, index in chosen.items()})

    def covers(self, path: Path) -> bool:
        """Whether there is a sample at `path`, or around it."""
        return any(path[: len(sampled)] == sampled for sampled in self.samples)

    def lies_around(self, path: Path) -> bool:
        """Whether there is a sample somewhere inside `path`."""
        return any(sampled[: len(path)] == path for sampled in self.samples)


def _samples_of(kind: ValueKind | None, taken: frozenset[ValueKind]) -> tuple[Json, ...]:
    kinds = [kind] if kind is not None else sorted(taken) or list(_SAMPLES)
    return tuple(sample for each in kinds for sample in _SAMPLES[each])


def _unknown(value: Value, path: Path) -> Iterator[tuple[Path, Reference | Template]]:
    if isinstance(value, Reference | Template):
        yield path, value
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _unknown(inner, (*path, index))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unknown(inner, (*path, key))


def _filled(value: Value, path: Path, pick: Callable[[Path], Json]) -> Json:
    if isinstance(value, Reference | Template):
        return pick(path)
    if isinstance(value, Mapping):
        return {key: _filled(inner, (*path, key), pick) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_filled(inner, (*path, index), pick) for index, inner in enumerate(value)]
    return value
