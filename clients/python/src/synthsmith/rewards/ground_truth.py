"""What a row of a training set says about a task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..programs import Checker, Comparison, Limits, Test, TestSuite, Tolerance


@dataclass(frozen=True)
class GroundTruth:
    """Tests, and how programs are run and judged on them."""

    suite: TestSuite
    limits: Limits = field(default_factory=Limits)
    checker: Checker | None = None
    function: str = ""

    @classmethod
    def parse(cls, value: str | Mapping[str, Any]) -> GroundTruth:
        """Reads an object or its JSON; ``ValueError`` where it is no ground truth.

        Either ``{"tests": [{"input", "output"}, …]}``, as in a run's ``data/tests.jsonl``, or ``{"inputs": […], "outputs": […]}``.
        Beside them may stand ``limits`` (fields of :class:`synthsmith.Limits`), ``checker`` (``"exact"``, ``"lines"``, ``"tokens"``,
        ``"unordered-lines"``, ``"json"`` or ``{"absolute": …, "relative": …}``) and ``function`` or ``fn_name``, whose inputs are JSON values,
        one a line.
        """
        fields = _object(value)
        tests = [Test(_text(row, "input"), _text(row, "output")) for row in _rows(fields)]
        if not tests:
            raise ValueError("a ground truth has at least one test")
        return cls(
            suite=TestSuite(tests),
            limits=_limits(fields.get("limits") or {}),
            checker=_checker(fields.get("checker")),
            function=fields.get("function") or fields.get("fn_name") or "",
        )


def _object(value: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ValueError(f"the ground truth is no JSON: {error}") from None
    if not isinstance(value, Mapping):
        raise ValueError(f"the ground truth is a {type(value).__name__}, not an object with tests")
    return value


def _rows(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    # Tables of data sets give arrays where JSON gives lists.
    if fields.get("tests") is not None:
        return list(fields["tests"])
    if fields.get("inputs") is None or fields.get("outputs") is None:
        raise ValueError(f"the ground truth has neither tests nor inputs and outputs, but {sorted(fields)}")
    inputs, outputs = list(fields["inputs"]), list(fields["outputs"])
    if len(inputs) != len(outputs):
        raise ValueError(f"the ground truth has {len(inputs)} inputs and {len(outputs)} outputs")
    return [{"input": before, "output": after} for before, after in zip(inputs, outputs, strict=True)]


def _text(row: Mapping[str, Any], name: str) -> str | bytes:
    value = row.get(name) if isinstance(row, Mapping) else None
    if not isinstance(value, str | bytes):
        raise ValueError(f"{name} of a test is a {type(value).__name__}, not a text")
    return value


def _limits(fields: Mapping[str, Any]) -> Limits:
    try:
        return Limits(**fields)
    except TypeError:
        raise ValueError(f"limits are {', '.join(Limits.__dataclass_fields__)}, not {sorted(fields)}") from None


def _checker(value: Any) -> Checker | None:
    if value is None:
        return None
    try:
        if isinstance(value, Mapping):
            return Tolerance(**value)
        return Comparison[value.upper().replace("-", "_")]
    except (AttributeError, KeyError, TypeError):
        names = ", ".join(comparison.name.lower().replace("_", "-") for comparison in Comparison)
        raise ValueError(f"{value!r} is no checker; use {names}, or absolute and relative") from None
