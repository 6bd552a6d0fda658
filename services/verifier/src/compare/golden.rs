//! What every rule says of outputs that judges are known to get wrong.

use super::tests::printed;
use super::{Found, Rule, check, check_outcome};

/// The rules in the order of the columns below.
const RULES: [Rule; 6] = [
    Rule::Exact,
    Rule::Lines,
    Rule::Tokens,
    Rule::Tolerance {
        absolute: 1e-6,
        relative: 1e-6,
    },
    Rule::UnorderedLines,
    Rule::Json,
];

/// An output, what is expected, and what each rule says: `A` accepted, `P` presentation, `-` wrong.
///
/// The columns are exact, lines, tokens, tolerance (1e-6), unordered lines, JSON.
type Row = (&'static [u8], &'static [u8], &'static str);

fn holds(table: &[Row]) {
    for (output, expected, found) in table {
        let letters = RULES.map(|rule| letter(check(rule, output, expected)));
        let row = format!("{:?} for {:?}", bytes(output), bytes(expected));
        assert_eq!(String::from_iter(letters), *found, "{row}");
        let by_outcome =
            RULES.map(|rule| check_outcome(rule, &printed(rule, output, expected), expected));
        assert_eq!(by_outcome.map(letter), letters, "{row}, as an outcome");
    }
}

fn letter(found: Found) -> char {
    match found {
        Found::Accepted => 'A',
        Found::Presentation => 'P',
        Found::Wrong => '-',
    }
}

fn bytes(text: &[u8]) -> String {
    text.escape_ascii().to_string()
}

#[test]
#[rustfmt::skip]
fn white_space() {
    holds(&[
        (b"1 2\n",         b"1 2\n",       "AAAAAA"),
        (b"1 2",           b"1 2\n",       "PAAAAA"),
        (b"1 2\n\n\n",     b"1 2\n",       "PAAAAA"),
        (b"1 2\r\n3\r\n",  b"1 2\n3\n",    "PAAAAA"),
        (b"1 \t\n2",       b"1\n2",        "PAAAAA"),
        (b"1  2",          b"1 2",         "PPAA--"),
        (b" 1",            b"1",           "PPAA-A"),
        (b"1\n2",          b"1 2",         "PPAA--"),
        (b"1\n\n2",        b"1\n2",        "PPAAA-"),
        (b"1\r2",          b"1\n2",        "PPAA--"),
        (b"1\x0c",         b"1",           "PPAA--"),
        (b"1\x0b",         b"1",           "------"),
        (b"1\xc2\xa0",     b"1",           "------"),
        (b"12",            b"1 2",         "------"),
        (b"",              b"",            "AAAAAA"),
        (b"\r\n \n",       b"",            "PAAAAA"),
        (b"",              b"1",           "------"),
        (b"1",             b"",            "------"),
        (b"1 2 3",         b"1 2",         "------"),
        (b"1 2",           b"1 2 3",       "------"),
    ]);
}

#[test]
#[rustfmt::skip]
fn bytes_that_are_no_text() {
    holds(&[
        (b"\xef\xbb\xbf1", b"1",             "------"),
        (b"1",             b"\xef\xbb\xbf1", "------"),
        (b"\xef\xbb\xbf1", b"\xef\xbb\xbf1\n", "PAAAAA"),
        (b"1\0",           b"1",             "------"),
        (b"\0",            b"",              "------"),
        (b"1\0 2",         b"1\0  2",        "PPAA--"),
        (b"\xff\xfe\n",    b"\xff\xfe",      "PAAAAA"),
        (b"\xff",          b"\xfe",          "------"),
        (b"\xff",          b"\xef\xbf\xbd",  "------"),
        (b"1.0 \xff",      b"1.00 \xff",     "---A--"),
        (b"\"\xff\"",      b"\"\xff\" ",     "PAAAAA"),
        (b"\xcc\x81",      b"\xc2\xb4",      "------"),
    ]);
}

#[test]
#[rustfmt::skip]
fn integers() {
    holds(&[
        (b"1000001",             b"1000000",             "------"),
        (b"1000000000000000001", b"1000000000000000000", "------"),
        (b"10000000000000000001", b"10000000000000000000", "------"),
        (b"99999999999999999999999999999999999999998", b"99999999999999999999999999999999999999999", "------"),
        (b"-0",                  b"0",                   "-----A"),
        (b"0",                   b"-0",                  "-----A"),
        (b"+1",                  b"1",                   "------"),
        (b"01",                  b"1",                   "------"),
        (b"0x10",                b"16",                  "------"),
        (b"16",                  b"0x10",                "------"),
        (b"0x10",                b"0x10",                "AAAAAA"),
        (b"1_000",               b"1000",                "------"),
        (b"1,000",               b"1000",                "------"),
        (b"1.0",                 b"1",                   "------"),
        (b"1e3",                 b"1000",                "------"),
        (b"1000001",             b"1000000.0",           "---A--"),
        (b"\xd9\xa1",            b"1",                   "------"),
    ]);
}

#[test]
#[rustfmt::skip]
fn fractions() {
    holds(&[
        (b"0.3333333",   b"0.3333334",   "---A--"),
        (b"0.333",       b"0.334",       "------"),
        (b"1000000.5",   b"1000000.0",   "---A--"),
        (b"1000002.5",   b"1000000.0",   "------"),
        (b"1",           b"1.0",         "---A--"),
        (b"1.50",        b"1.5",         "---A-A"),
        (b"1.5E0",       b"15e-1",       "---A-A"),
        (b".5",          b"0.5",         "---A--"),
        (b"-0.0",        b"0.0",         "---A-A"),
        (b"-1.0",        b"1.0",         "------"),
        (b"1_0.5",       b"10.5",        "------"),
        (b"0x1p-1",      b"0.5",         "------"),
        (b"1,5",         b"1.5",         "------"),
        (b"1.5 2",       b"1.50 3",      "------"),
        (b"1000000000000000001.0", b"1000000000000000000.0", "---A-A"),
    ]);
}

#[test]
#[rustfmt::skip]
fn numbers_that_are_none() {
    holds(&[
        (b"nan",         b"nan",         "AAAAAA"),
        (b"nan",         b"1.0",         "------"),
        (b"1.0",         b"nan",         "------"),
        (b"NaN",         b"nan",         "------"),
        (b"-nan",        b"nan",         "------"),
        (b"inf",         b"inf",         "AAAAAA"),
        (b"inf",         b"Infinity",    "------"),
        (b"inf",         b"1.0",         "------"),
        (b"inf",         b"1e400",       "------"),
        (b"1e400",       b"inf",         "------"),
        (b"1e400",       b"1e400\n",     "PAAAAA"),
        (b"1E400",       b"1e400",       "------"),
        (b"1e401",       b"1e400",       "------"),
        (b"-1e400",      b"1e400",       "------"),
        (b"1e400",       b"1.0",         "------"),
        (b"1e-400",      b"0.0",         "---A-A"),
    ]);
}

#[test]
#[rustfmt::skip]
fn words_and_values() {
    holds(&[
        (b"yes",                     b"YES",                    "------"),
        (b"YES\n",                   b"YES",                    "PAAAAA"),
        (b"2\n1\n2",                 b"1\n2\n2",                "----A-"),
        (b"\n2 \r\n\n1",             b"1\n2",                   "----A-"),
        (b"1\n1\n2",                 b"1\n2\n2",                "------"),
        (b"1\n2",                    b"1\n2\n2",                "------"),
        (b"2 1",                     b"1 2",                    "------"),
        (b"[1, 2]",                  b"[1,2]",                  "-----A"),
        (b"[2,1]",                   b"[1,2]",                  "------"),
        (b"{\"b\": 1, \"a\": 2}",    b"{\"a\":2,\"b\":1}",      "-----A"),
        (b"\"\\u0061\"",             b"\"a\"",                  "-----A"),
        (b"True",                    b"true",                   "------"),
        (b"None",                    b"null",                   "------"),
        (b"'a'",                     b"\"a\"",                  "------"),
        (b"[1] [2]",                 b"[1]",                    "------"),
        (b"[1]",                     b"[1]\n[2]",               "------"),
        (b"[1]\n[2] ",               b"[1]\n[2]",               "PAAAAA"),
    ]);
}
