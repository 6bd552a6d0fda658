//! Code samples for a run: from a path, or built in.

use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};
use synthsmith_proto::orchestrator::v1::CodeSample;
use synthsmith_samples::{Limits, Skips, read};

use crate::exit::Failure;
use crate::run_folder::SampleSource;

/// The samples of this project, for the demo.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../samples");
const BUILT_IN_LICENSE: &str = "Apache-2.0";

/// Samples, and what was left out.
#[derive(Debug)]
pub(crate) struct Samples {
    pub samples: Vec<CodeSample>,
    pub skipped: Skips,
}

pub(crate) fn from(source: &SampleSource) -> anyhow::Result<Samples> {
    match source {
        SampleSource::BuiltIn => Ok(built_in()),
        SampleSource::Path { path, max_samples } => from_path(path, *max_samples),
    }
}

fn from_path(path: &Path, max_samples: usize) -> anyhow::Result<Samples> {
    let limits = Limits {
        max_samples,
        ..Limits::default()
    };
    let reading = read(path, &limits).map_err(|error| Failure::Usage(error.to_string()))?;
    let sample = |sample: synthsmith_samples::Sample| CodeSample {
        id: sample.id,
        language: sample.language.name().to_owned(),
        code: sample.code,
        source: sample.source.unwrap_or_default(),
        license: sample.license.unwrap_or_default(),
    };
    Ok(Samples {
        samples: reading.samples.into_iter().map(sample).collect(),
        skipped: reading.skipped,
    })
}

fn built_in() -> Samples {
    let mut samples = Vec::new();
    collect(&BUILT_IN, &mut samples);
    samples.sort_by(|one, other| one.id.cmp(&other.id));
    Samples {
        samples,
        skipped: Skips::default(),
    }
}

fn collect(folder: &Dir<'_>, samples: &mut Vec<CodeSample>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, samples),
            DirEntry::File(file) => samples.extend(sample(file)),
        }
    }
}

fn sample(file: &include_dir::File<'_>) -> Option<CodeSample> {
    let language = match file.path().extension()?.to_str()? {
        "py" => "python",
        "cpp" => "cpp",
        _ => return None,
    };
    Some(CodeSample {
        id: file.path().to_str()?.to_owned(),
        language: language.to_owned(),
        code: file.contents_utf8()?.to_owned(),
        source: "synthsmith".to_owned(),
        license: BUILT_IN_LICENSE.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_sixty_samples_in_two_languages_are_built_in() {
        let samples = built_in().samples;
        assert!(samples.len() >= 60, "{}", samples.len());
        for language in ["python", "cpp"] {
            assert!(samples.iter().any(|sample| sample.language == language));
        }
    }
}
