use std::io::{self, BufReader, Read};

use proptest::prelude::*;

use super::*;

const LIMIT_BYTES: usize = 40;

fn read(text: &[u8], capacity: usize) -> Vec<Result<(u64, String), String>> {
    let reader = BufReader::with_capacity(capacity, text);
    let mut source = Source::new(reader, Arc::from("x"), LIMIT_BYTES);
    std::iter::from_fn(|| source.next())
        .map(|found| match found {
            Ok(record) => Ok((record.place.line, record.text)),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}

#[test]
fn records_are_lines_or_the_elements_of_an_array_with_the_lines_they_begin_in() {
    let one = r#"{"a": "]}\"[", "b": [1]}"#;
    for (text, lines) in [
        (format!("{one}\n{one}"), [1, 2]),
        (format!("\n\n{one}\r\n \n{one}\n"), [3, 5]),
        (format!("\u{feff}{one}\n{one}\n"), [1, 2]),
        (format!("[{one},{one}]"), [1, 1]),
        (format!("\u{feff}\n [\n{one}\n,\n\n{one}\n]\n\n"), [3, 6]),
    ] {
        for capacity in [1, 3, 1024] {
            let records: Vec<(u64, String)> = read(text.as_bytes(), capacity)
                .into_iter()
                .map(Result::unwrap)
                .collect();
            let records: Vec<(u64, &str)> = records
                .iter()
                .map(|(line, text)| (*line, text.trim()))
                .collect();
            assert_eq!(records, lines.map(|line| (line, one)), "{text}");
        }
    }
    for empty in ["", " \n\n", "[]", " [ ] \n"] {
        assert_eq!(read(empty.as_bytes(), 2), [], "{empty:?}");
    }
}

#[test]
fn a_record_that_is_too_long_is_told_and_read_past() {
    let long = format!(r#"{{"a": "{}"}}"#, "]".repeat(60));
    let too_long = Err("x:2: the record is longer than 40 bytes".to_owned());
    let good = |line| Ok((line, "{}".to_owned()));
    for capacity in [1, 16, 1024] {
        let lines = format!("{{}}\n{long}\n{{}}");
        assert_eq!(
            read(lines.as_bytes(), capacity),
            [good(1), too_long.clone(), good(3)]
        );
        let array = format!("[{{}},\n{long},\n{{}}]");
        assert_eq!(
            read(array.as_bytes(), capacity),
            [good(1), too_long.clone(), good(3)]
        );
    }
    let just = format!("{:40}\n{:41}\n", "{}", "{}");
    let read = read(just.as_bytes(), 7);
    assert!(read[0].is_ok() && read[1].is_err(), "{read:?}");
}

#[test]
fn what_is_no_array_of_objects_is_told_with_its_line() {
    for (text, found) in [
        ("[{}", "x:1: an array that breaks off"),
        ("[{},\n{\"a\": ", "x:2: an array that breaks off"),
        ("[{}\n{}]", "x:2: something between two elements"),
        ("[5]", "x:1: an element that is no object"),
        ("[{},]", "x:1: an element that is no object"),
        ("[{}]\n x", "x:2: something after the end of the array"),
    ] {
        let last = read(text.as_bytes(), 1024).pop().unwrap().unwrap_err();
        assert!(last.starts_with(found), "{text}: {last}");
    }
    for file in [&b"\xff\xfe\n{}"[..], b"[{\"\xff\": 1},\n{}]"] {
        let read = read(file, 1024);
        assert_eq!(read[0], Err("x:1: the record is not UTF-8".to_owned()));
        assert_eq!(read[1], Ok((2, "{}".to_owned())));
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

#[test]
fn a_file_that_cannot_be_read_ends_with_that() {
    let reader = BufReader::new(b"{}\n{".chain(Broken));
    let mut source = Source::new(reader, Arc::from("x"), LIMIT_BYTES);
    assert!(source.next().unwrap().is_ok());
    assert!(matches!(source.next(), Some(Err(Error::Read { .. }))));
    assert!(source.next().is_none());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_whatever_the_buffer(
        text in r#"[\[\]{}",:a-z\\ \n]{0,80}"#,
        capacity in 1_usize..20,
    ) {
        let whole = read(text.as_bytes(), 1024);
        prop_assert_eq!(read(text.as_bytes(), capacity), whole);
    }
}
