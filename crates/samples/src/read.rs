//! What kind of samples a path holds.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::intake::Intake;
use crate::sample::lower_case_extension;
use crate::{Error, Language, Limits, Reading, folder, program, rows};

/// A window as large as zstd's own tools accept unasked.
const ZSTD_WINDOW_LOG: u32 = 27;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    Program,
    Rows,
    PackedRows,
}

/// Reads the samples at `path`: a folder of programs, one program, or rows in `.jsonl` or `.jsonl.zst`.
pub fn read(path: &Path, limits: &Limits) -> Result<Reading, Error> {
    let kind = kind_of(path)?;
    let mut intake = Intake::new(*limits);
    match kind {
        Kind::Folder => folder::offer_all(path, &mut intake)?,
        Kind::Program => {
            open(path)?;
            program::offer(path, &file_name(path), &mut intake);
        }
        Kind::Rows => read_rows(open(path)?, path, &mut intake)?,
        Kind::PackedRows => {
            let unpacked = unpack(open(path)?).map_err(|source| unreadable(path, source))?;
            read_rows(unpacked, path, &mut intake)?;
        }
    }
    let reading = intake.finish();
    if reading.samples.is_empty() {
        return Err(Error::NoSample {
            path: path.to_owned(),
            skipped: reading.skipped,
        });
    }
    Ok(reading)
}

fn kind_of(path: &Path) -> Result<Kind, Error> {
    let metadata = fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::Missing {
            path: path.to_owned(),
        },
        _ => unreadable(path, source),
    })?;
    let kind = if metadata.is_dir() {
        Some(Kind::Folder)
    } else if metadata.is_file() {
        kind_of_file(path)
    } else {
        None
    };
    kind.ok_or_else(|| Error::UnknownKind {
        path: path.to_owned(),
    })
}

fn kind_of_file(path: &Path) -> Option<Kind> {
    if Language::of_file(path).is_some() {
        return Some(Kind::Program);
    }
    let is_rows = |path: &Path| lower_case_extension(path).as_deref() == Some("jsonl");
    match lower_case_extension(path)?.as_str() {
        "jsonl" => Some(Kind::Rows),
        "zst" => is_rows(Path::new(path.file_stem()?)).then_some(Kind::PackedRows),
        _ => None,
    }
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|source| unreadable(path, source))
}

fn unpack(file: File) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::new(file)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(decoder)
}

fn read_rows(stream: impl Read, path: &Path, intake: &mut Intake) -> Result<(), Error> {
    let limit_bytes = intake.limits().max_unpacked_bytes;
    let mut bounded = BufReader::new(stream.take(limit_bytes.saturating_add(1)));
    rows::offer_all(&mut bounded, &file_name(path), intake)
        .map_err(|source| unreadable(path, source))?;
    let is_cut = bounded.get_ref().limit() == 0;
    // With enough samples in hand, the rest need not even be counted.
    if is_cut && !intake.is_full() {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            limit_bytes,
        });
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable {
        path: path.to_owned(),
        source,
    }
}
