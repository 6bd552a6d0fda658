"""Addresses are those of the daemons and of the command."""

import unittest

from synthsmith.address import Address


class Addresses(unittest.TestCase):
    def test_what_is_an_address(self):
        table = [
            ("http://verifier:7106", "dns:///verifier:7106", "verifier:7106", False),
            ("https://verifier.data.svc:7106/", "dns:///verifier.data.svc:7106", "verifier.data.svc:7106", True),
            ("http://127.0.0.1:7106", "ipv4:127.0.0.1:7106", "127.0.0.1:7106", False),
            ("http://10.0.0.1:7106,10.0.0.2:7106", "ipv4:10.0.0.1:7106,10.0.0.2:7106", "10.0.0.1:7106", False),
            ("https://[::1]:7106", "ipv6:[::1]:7106", "[::1]:7106", True),
        ]
        for text, target, authority, is_protected in table:
            with self.subTest(text):
                self.assertEqual(Address.parse(text), Address(target, authority, is_protected))

    def test_what_is_none_is_told_with_the_form(self):
        for text in ("", "verifier:7106", "grpc://verifier:7106", "http://verifier", "http://verifier:port", "http://:7106", "http://a:70000", "http://a:1/path"):
            with self.subTest(text), self.assertRaisesRegex(ValueError, "http://HOST:PORT"):
                Address.parse(text)

    def test_several_names_are_refused(self):
        with self.assertRaisesRegex(ValueError, "lists names"):
            Address.parse("http://one:7106,two:7106")


if __name__ == "__main__":
    unittest.main()
