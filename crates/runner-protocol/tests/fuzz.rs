//! Throws damaged frames at the decoders: nothing may panic, take memory by what a length claims, or decode to what is
//! not there.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use synthsmith_runner_protocol::{
    Caps, Compiled, Done, Ending, Fetched, Frames, FromRunner, HEADER_BYTES, Header, Job, Measures,
    Status, ToRunner, Weakness, WorkingFiles,
};

/// Seconds that the long test takes.
const BUDGET: &str = "SYNTHSMITH_FUZZ_SECONDS";
const DEFAULT_BUDGET: Duration = Duration::from_mins(1);
/// More address space than the decoders may ever ask for: the largest frame is a fraction of it, and a length that is
/// believed would take gigabytes.
const MAX_GROWTH_BYTES: u64 = 64 << 20;

/// A small generator whose sequence is given by its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        mixed ^ (mixed >> 32)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

fn job(words: &[&str], weakness: Option<Weakness>) -> ToRunner<'static> {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    let caps = Caps {
        cpu_time: Duration::from_secs(2),
        wall_time: Duration::from_secs(7),
        memory_bytes: 256 << 20,
        processes: 64,
        output_bytes: 16 << 20,
        file_bytes: 64 << 20,
    };
    ToRunner::Job(Box::new(Job {
        file_name: "main.cpp".to_owned(),
        compile: words.clone(),
        builds_program: weakness.is_none(),
        returns_program: weakness.is_some(),
        brings_program: false,
        run: words.clone(),
        zygote: weakness.is_some(),
        environment: words,
        compile_caps: caps,
        run_caps: caps,
        compiler_uid: 70_000,
        program_uid: 70_001,
        working_files: WorkingFiles {
            given: vec!["data/in.txt".to_owned()],
            wanted: vec!["out.bin".to_owned()],
            wanted_bytes: 1 << 20,
        },
        attached_files: 3,
        weakness,
    }))
}

fn end(status: Status, ending: Ending, text: &[u8]) -> [FromRunner; 2] {
    let measures = Measures {
        cpu_time: Duration::from_millis(12),
        wall_time: Duration::from_millis(20),
        peak_memory_bytes: 9 << 20,
    };
    let (text, other) = (text.to_vec(), text.to_vec());
    [
        FromRunner::Compiled(Compiled {
            status,
            ending,
            messages: text,
            measures,
            program_bytes: 2 << 20,
        }),
        FromRunner::Done(Done {
            status,
            ending,
            stderr_excerpt: other,
            measures,
        }),
    ]
}

/// Whole frames of every kind.
fn corpus() -> Vec<Vec<u8>> {
    let to_runner = [
        job(&[], None),
        job(&["g++", "-O2", "LANG=C.UTF-8", ""], Some(Weakness::Seccomp)),
        ToRunner::Source(b"int main() {}\n"),
        ToRunner::File(b"1 2 3\n"),
        ToRunner::Test(b""),
        ToRunner::Test(b"1\n"),
    ];
    let from_runner = [
        FromRunner::Ready {
            protocol_version: 3,
            highest_uid: 65_535,
        },
        FromRunner::Output(Vec::new()),
        FromRunner::Output(vec![7; 300]),
        FromRunner::File(vec![7; 9]),
        FromRunner::Fetched(Fetched::TooLarge),
        FromRunner::Fault("cannot start".to_owned()),
    ];
    let ends = [
        end(Status::Ok, Ending::Exited(0), b""),
        end(
            Status::StoodStill,
            Ending::Signalled(9),
            "\u{fe}".as_bytes(),
        ),
    ];
    let sent = to_runner.iter().map(|frame| {
        let (own, borrowed) = frame.encode();
        [own.as_slice(), borrowed].concat()
    });
    let received = from_runner.iter().chain(ends.iter().flatten());
    sent.chain(received.map(FromRunner::encode)).collect()
}

/// A few frames one after the other, with a few kinds of damage.
fn damaged(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=random.below(3) {
        bytes.extend_from_slice(&corpus[random.below(corpus.len())]);
    }
    for _ in 0..random.below(5) {
        damage(&mut bytes, corpus, random);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len());
    let end = at + random.below(bytes.len() - at + 1);
    match random.below(7) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => bytes.extend_from_within(at..end),
        3 => {
            let other = &corpus[random.below(corpus.len())];
            let from = random.below(other.len());
            bytes.splice(at..end, other[from..].iter().copied());
        }
        4 => lie_about_a_length(bytes, at, random),
        5 => lie_about_a_length(bytes, 0, random),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
}

fn lie_about_a_length(bytes: &mut [u8], at: usize, random: &mut Random) {
    let honest = bytes.len() as u32;
    let lie = random.pick(&[
        0,
        1,
        honest.saturating_sub(HEADER_BYTES as u32),
        honest + 1,
        256,
        257,
        64 << 10,
        (64 << 10) + 1,
        256 << 10,
        (256 << 10) + 1,
        64 << 20,
        (64 << 20) + 1,
        u32::MAX >> 1,
        u32::MAX,
    ]);
    if let Some(place) = bytes.get_mut(at..at + 4) {
        place.copy_from_slice(&lie.to_le_bytes());
    }
}

/// What the host makes of a stream that arrives in pieces: the frames, and whether it ended in an error.
fn received(stream: &[u8], mut piece_bytes: impl FnMut() -> usize) -> (Vec<FromRunner>, bool) {
    let (mut frames, mut found, mut rest) = (Frames::default(), Vec::new(), stream);
    loop {
        match frames.next_frame() {
            Ok(Some(frame)) => found.push(frame),
            Err(_) => return (found, true),
            Ok(None) if rest.is_empty() => return (found, false),
            Ok(None) => {
                let (piece, later) = rest.split_at(piece_bytes().clamp(1, rest.len()));
                frames.push(piece);
                rest = later;
            }
        }
    }
}

/// Checks one stream on both sides. Returns how many frames it had.
fn check(stream: &[u8], random: &mut Random) -> usize {
    let (whole, failed) = received(stream, || usize::MAX);
    assert_eq!(
        received(stream, || random.below(40)),
        (whole.clone(), failed),
        "pieces change the frames of {stream:?}"
    );
    let encoded: Vec<u8> = whole.iter().flat_map(FromRunner::encode).collect();
    assert!(
        stream.starts_with(&encoded),
        "{whole:?} is not in {stream:?}"
    );
    whole.len() + check_to_runner(stream)
}

fn check_to_runner(mut stream: &[u8]) -> usize {
    let mut frames = 0;
    while let Some((head, rest)) = stream.split_first_chunk::<HEADER_BYTES>() {
        let Ok(header) = Header::parse(*head) else {
            break;
        };
        assert_eq!(header.encode(), *head);
        let Some((payload, later)) = rest.split_at_checked(header.payload_bytes) else {
            break;
        };
        if let Ok(frame) = ToRunner::decode(header.kind, payload) {
            let (own, borrowed) = frame.encode();
            let bytes = stream[..HEADER_BYTES + payload.len()].to_vec();
            assert_eq!([own.as_slice(), borrowed].concat(), bytes);
            frames += 1;
        }
        stream = later;
    }
    frames
}

/// The most address space that this process ever had, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let figures = status
        .lines()
        .find_map(|line| line.strip_prefix("VmPeak:"))?;
    let kib: u64 = figures.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

#[test]
fn every_frame_of_the_corpus_decodes() {
    for frame in corpus() {
        assert!(check(&frame, &mut Random(1)) > 0, "{frame:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_frames_decode_to_what_is_there_or_not_at_all(seed in any::<u64>()) {
        let mut random = Random(seed);
        let stream = damaged(&corpus(), &mut random);
        check(&stream, &mut random);
    }

    #[test]
    fn any_bytes_decode_to_what_is_there_or_not_at_all(stream in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&stream, &mut Random(0));
    }
}

#[test]
fn long_fuzz_frames() {
    let seconds = std::env::var(BUDGET)
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    let budget = seconds.map_or(DEFAULT_BUDGET, Duration::from_secs);
    let corpus = corpus();
    let before = peak_bytes().unwrap();
    let (started, mut streams, mut frames) = (Instant::now(), 0_u64, 0_u64);
    while started.elapsed() < budget {
        let mut random = Random(streams);
        let stream = damaged(&corpus, &mut random);
        frames += check(&stream, &mut random) as u64;
        streams += 1;
    }
    println!("{streams} streams, {frames} whole frames in them");
    assert!(frames > 0, "nothing decoded, so nothing was tried");
    assert!(peak_bytes().unwrap() - before < MAX_GROWTH_BYTES);
}
