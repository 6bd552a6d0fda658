"""What a row of a training set says about a task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..programs import Checker, Comparison, Limits, Test, TestSuite, Tolerance


_FIELDS = {"tests", "inputs", "outputs", "limits", "checker", "function", "fn_name", "metadata"}


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
        ``"unordered-lines"``, ``"json"`` or ``{"absolute": …, "relative": …}``) and ``function`` (or ``fn_name``, or ``func_name`` in
        ``metadata``): its inputs are JSON values, one a line, or lists of arguments with results as APPS has them. Any other field is
        refused, since one that is misspelt would be missed in silence.
        """
        fields = _object(value)
        unknown = set(fields) - _FIELDS
        if unknown:
            raise ValueError(f"the ground truth has fields that nobody reads: {sorted(unknown)}; it may have {sorted(_FIELDS)}")
        function = _function(fields)
        tests = _tests(fields, function)
        if not tests:
            raise ValueError("a ground truth has at least one test")
        return cls(
            suite=TestSuite(tests),
            limits=_limits(fields.get("limits") or {}),
            checker=_checker(fields.get("checker")),
            function=function,
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


def _function(fields: Mapping[str, Any]) -> str:
    """Under any of the names that data sets give it."""
    metadata = fields.get("metadata")
    if isinstance(metadata, str):
        metadata = _object(metadata)
    named = fields.get("function") or fields.get("fn_name") or (metadata or {}).get("func_name")
    return str(named) if named else ""


def _tests(fields: Mapping[str, Any], function: str) -> list[Test]:
    if fields.get("tests") is not None:
        return [_test(row, function) for row in _list(fields["tests"], "tests")]
    if fields.get("inputs") is None or fields.get("outputs") is None:
        raise ValueError(f"the ground truth has neither tests nor inputs and outputs, but {sorted(fields)}")
    inputs, outputs = _list(fields["inputs"], "inputs"), _list(fields["outputs"], "outputs")
    if len(inputs) != len(outputs):
        raise ValueError(f"the ground truth has {len(inputs)} inputs and {len(outputs)} outputs")
    if function:
        return [_call(arguments, result) for arguments, result in zip(inputs, outputs, strict=True)]
    return [Test(_text(before, "input"), _text(after, "output")) for before, after in zip(inputs, outputs, strict=True)]


def _test(row: Any, function: str) -> Test:
    if not isinstance(row, Mapping):
        raise ValueError(f"a test is a {type(row).__name__}, not an object with input and output")
    if row.get("testtype") == "functional" and not function:
        raise ValueError("a test calls a function, but the ground truth names none in function, fn_name or metadata.func_name")
    return Test(_text(row.get("input"), "input"), _text(row.get("output"), "output"))


def _call(arguments: Any, result: Any) -> Test:
    """As APPS and those after it write calls: a list of arguments, and the result alone or in a list of its own. Texts are JSON already."""
    if isinstance(arguments, str):
        return Test(arguments, _text(result, "output"))
    lines = [json.dumps(_plain(argument)) for argument in _list(arguments, "arguments")]
    result = _plain(result)
    if isinstance(result, list) and len(result) == 1:
        (result,) = result
    return Test("\n".join(lines), json.dumps(result))


def _list(value: Any, name: str) -> list[Any]:
    """Tables of data sets give arrays where JSON gives lists."""
    value = _plain(value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} is a {type(value).__name__}, not a list")
    return list(value)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _text(value: Any, name: str) -> str | bytes:
    value = _plain(value)
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
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
