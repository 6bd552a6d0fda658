//! The facts a decision rests on: sizes of inputs, sources and outputs of candidates.

use crate::Error;

/// What a run printed, known by the digest of its canonical output; only equality counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Output(String);

impl Output {
    /// Takes a digest; an empty one is what a run has that did not end well, hence no output.
    pub fn from_digest(digest: impl Into<String>) -> Option<Self> {
        let digest = digest.into();
        (!digest.is_empty()).then_some(Self(digest))
    }

    pub fn digest(&self) -> &str {
        &self.0
    }
}

/// One candidate solution and what it did. `None` is an abstention: the run did not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The program's text; breaks ties between equally good candidates.
    pub source: Vec<u8>,
    /// One entry per test input.
    pub outputs: Vec<Option<Output>>,
    /// One entry per sample of the statement.
    pub sample_outputs: Vec<Option<Output>>,
}

/// A full matrix of candidates and tests, with the statement's samples beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    candidates: Vec<Candidate>,
    input_sizes_bytes: Vec<u64>,
    stated_outputs: Vec<Option<Output>>,
}

impl Facts {
    /// Takes the candidates in sample order, the byte size of each test input and the output
    /// that the statement gives for each of its samples.
    pub fn new(
        candidates: Vec<Candidate>,
        input_sizes_bytes: Vec<u64>,
        stated_outputs: Vec<Option<Output>>,
    ) -> Result<Self, Error> {
        for (index, candidate) in candidates.iter().enumerate() {
            check_row(
                index,
                candidate,
                input_sizes_bytes.len(),
                stated_outputs.len(),
            )?;
        }
        Ok(Self {
            candidates,
            input_sizes_bytes,
            stated_outputs,
        })
    }

    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    pub fn input_sizes_bytes(&self) -> &[u64] {
        &self.input_sizes_bytes
    }

    /// What every candidate printed on one test, in candidate order.
    pub(crate) fn column(&self, test: usize) -> impl Iterator<Item = Option<&Output>> {
        self.candidates
            .iter()
            .map(move |candidate| candidate.outputs[test].as_ref())
    }

    /// The first sample that the candidate does not reproduce. A sample without a stated output
    /// agrees with nothing.
    pub(crate) fn first_disagreeing_sample(&self, candidate: usize) -> Option<usize> {
        let printed = &self.candidates[candidate].sample_outputs;
        self.stated_outputs
            .iter()
            .zip(printed)
            .position(|(stated, printed)| stated.is_none() || stated != printed)
    }
}

fn check_row(
    index: usize,
    candidate: &Candidate,
    tests: usize,
    samples: usize,
) -> Result<(), Error> {
    if candidate.outputs.len() != tests {
        return Err(Error::OutcomesUneven {
            candidate: index,
            outcomes: candidate.outputs.len(),
            tests,
        });
    }
    if candidate.sample_outputs.len() != samples {
        return Err(Error::SampleOutcomesUneven {
            candidate: index,
            outcomes: candidate.sample_outputs.len(),
            samples,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(outputs: &[&str], sample_outputs: &[&str]) -> Candidate {
        let digests = |texts: &[&str]| texts.iter().map(|&t| Output::from_digest(t)).collect();
        Candidate {
            source: b"print(1)".to_vec(),
            outputs: digests(outputs),
            sample_outputs: digests(sample_outputs),
        }
    }

    #[test]
    fn an_empty_digest_is_an_abstention() {
        assert_eq!(Output::from_digest(""), None);
        assert_eq!(Output::from_digest("a").unwrap().digest(), "a");
    }

    #[test]
    fn rejects_a_row_of_another_length() {
        let even = candidate(&["a", "b"], &["s"]);
        let rows = vec![even.clone(), candidate(&["a"], &["s"])];
        let error = Facts::new(rows, vec![1, 2], vec![Output::from_digest("s")]).unwrap_err();
        assert_eq!(error.to_string(), "candidate 1 has 1 outcomes for 2 tests");
        let error = Facts::new(vec![even], vec![1, 2], vec![]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "candidate 0 has 1 outcomes for 0 samples"
        );
    }

    #[test]
    fn finds_the_first_sample_that_disagrees() {
        let cases: [(&[&str], &[&str], Option<usize>); 6] = [
            (&[], &[], None),
            (&["a", "b"], &["a", "b"], None),
            (&["a", "b"], &["a", "c"], Some(1)),
            (&["a", "b"], &["c", "c"], Some(0)),
            (&["a"], &[""], Some(0)),
            (&[""], &[""], Some(0)),
        ];
        for (stated, printed, first) in cases {
            let stated: Vec<_> = stated.iter().map(|&t| Output::from_digest(t)).collect();
            let facts = Facts::new(vec![candidate(&[], printed)], vec![], stated).unwrap();
            assert_eq!(facts.first_disagreeing_sample(0), first, "{printed:?}");
        }
    }
}
