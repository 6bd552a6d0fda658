"""The program in a reply, or none."""

import unittest

from synthsmith import Program, program_of


class Replies(unittest.TestCase):
    def test_the_last_closed_block_after_the_thinking_is_the_program(self):
        table = [
            ("```python\nprint(1)\n```", Program("python3", "print(1)\n")),
            ("First\n```py\nprint(1)\n```\nbetter\n```cpp\nint main(){}\n```\nDone.", Program("cpp17", "int main(){}\n")),
            ("<think>```python\nprint(0)\n```</think>\n~~~c++20\nint main(){}\n~~~", Program("cpp20", "int main(){}\n")),
            ("no tag of the opening</think>```\nprint(2)\n```", Program("python3", "print(2)\n")),
            ("````md\n```python\nprint(3)\n```\n````", Program("python3", "```python\nprint(3)\n```\n")),
            ("```haskell\nmain = print 1\n```", Program("python3", "main = print 1\n")),
            ("```python\nprint(1)\n```\nprints\n```json\n1\n```", Program("python3", "print(1)\n")),
            ("```x = input()``` reads.\n```python\nprint(1)\n```", Program("python3", "print(1)\n")),
            ("```python\nprint('\x0c```\u2028```')\n```", Program("python3", "print('\x0c```\u2028```')\n")),
        ]
        for reply, program in table:
            with self.subTest(reply):
                self.assertEqual(program_of(reply), program)

    def test_where_there_is_none_nothing_is_made_up(self):
        table = ["", "print(1)", "```python\nprint(1)\n", "```python\n\n```", "<think>```python\nprint(1)\n```"]
        for reply in table:
            with self.subTest(reply):
                self.assertIsNone(program_of(reply))

    def test_a_model_that_always_thinks_has_no_answer_before_it_stops(self):
        unfinished = "Perhaps\n```python\nprint(1)\n```\nor not"
        self.assertIsNotNone(program_of(unfinished))
        self.assertIsNone(program_of(unfinished, thinks=True))
        self.assertIsNotNone(program_of(f"...</think>{unfinished}", thinks=True))

    def test_what_the_verifier_would_refuse_is_no_program(self):
        self.assertIsNone(program_of("```python\n" + "#" * (1 << 20) + "\n```"))
        self.assertIsNone(program_of("```python\nprint('\ud800')\n```"))

    def test_the_cost_grows_with_the_size_alone(self):
        self.assertIsNone(program_of("```" * 300_000))
        self.assertIsNone(program_of("```\n" * 300_001 + "x"))


if __name__ == "__main__":
    unittest.main()
