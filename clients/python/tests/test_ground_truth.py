"""Rows of training sets."""

import json
import unittest

from synthsmith import Comparison, Limits, Test, Tolerance
from synthsmith.rewards import GroundTruth

TESTS = [{"input": "1\n", "output": "2\n"}]


class GroundTruths(unittest.TestCase):
    def test_tests_or_inputs_and_outputs_as_an_object_or_its_json(self):
        for value in ({"tests": TESTS}, {"inputs": ["1\n"], "outputs": ["2\n"]}):
            for form in (value, json.dumps(value)):
                with self.subTest(form):
                    self.assertEqual(GroundTruth.parse(form).suite.tests, (Test("1\n", "2\n"),))

    def test_limits_checker_and_function_are_read(self):
        truth = GroundTruth.parse({"tests": TESTS, "limits": {"cpu_seconds": 4}, "checker": "unordered-lines", "fn_name": "solve"})
        self.assertEqual(truth.limits, Limits(cpu_seconds=4))
        self.assertEqual(truth.checker, Comparison.UNORDERED_LINES)
        self.assertEqual(truth.function, "solve")
        tolerant = GroundTruth.parse({"tests": TESTS, "checker": {"absolute": 1e-6}})
        self.assertEqual(tolerant.checker, Tolerance(absolute=1e-6))

    def test_calls_are_those_of_apps_or_of_livecodebench(self):
        apps = {"fn_name": "add", "inputs": [[1, "a"], [[2], 3]], "outputs": [[5], [[1, 2]]]}
        truth = GroundTruth.parse(apps)
        self.assertEqual(truth.suite.tests, (Test('1\n"a"', "5"), Test("[2]\n3", "[1, 2]")))
        tests = [{"input": "1\n2", "output": "3", "testtype": "functional"}]
        truth = GroundTruth.parse({"tests": tests, "metadata": '{"func_name": "add"}'})
        self.assertEqual((truth.function, truth.suite.tests), ("add", (Test("1\n2", "3"),)))
        with self.assertRaisesRegex(ValueError, "names none"):
            GroundTruth.parse({"tests": tests})

    def test_lists_of_lines_are_texts(self):
        truth = GroundTruth.parse({"inputs": [["1", "2"]], "outputs": [["3"]]})
        self.assertEqual(truth.suite.tests, (Test("1\n2", "3"),))

    def test_what_makes_no_sense_is_told(self):
        table = [
            ("{", "no JSON"),
            ("[]", "list"),
            ({}, "neither"),
            ({"tests": []}, "at least one"),
            ({"inputs": ["1"], "outputs": []}, "1 inputs and 0 outputs"),
            ({"tests": [{"input": 1, "output": "1"}]}, "input of a test is a int"),
            ({"tests": ["1"]}, "a test is a str"),
            ({"inputs": "12", "outputs": "34"}, "inputs is a str, not a list"),
            ({"tests": TESTS, "limit": {"cpu_seconds": 1}}, "limit"),
            ({"tests": TESTS, "limits": {"cpu": 1}}, "cpu_seconds"),
            ({"tests": TESTS, "checker": "fuzzy"}, "unordered-lines"),
        ]
        for value, words in table:
            with self.subTest(value), self.assertRaisesRegex(ValueError, words):
                GroundTruth.parse(value)


if __name__ == "__main__":
    unittest.main()
