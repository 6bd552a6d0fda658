//! Remembers what compilers made, so that a source is compiled once.
//!
//! A program that was built is kept out here as mere bytes, named by everything that it was built from, and goes into
//! a sandbox only on behalf of the same source. So a source can spoil nothing but its own build. That
//! a source does not compile is not remembered: it may have been the machine's fault.

use std::sync::{Arc, Mutex, PoisonError};

use blake3::Hash;
use bytes::Bytes;
use hashlink::LruCache;
use synthsmith_corpus::{Compilation, Measures};

use crate::Job;

/// What an entry takes beside the program and the messages.
const ENTRY_BYTES: usize = 512;

/// What compiling a source comes to.
#[derive(Debug)]
pub(super) struct Build {
    messages: Vec<u8>,
    /// `None` where the language builds none.
    pub(super) program: Option<Bytes>,
}

/// Builds, up to so many bytes; those that were not used for longest go first.
#[derive(Debug)]
pub(super) struct Builds {
    max_bytes: u64,
    shelf: Mutex<Shelf>,
}

#[derive(Debug)]
struct Shelf {
    builds: LruCache<Hash, Arc<Build>>,
    bytes: u64,
}

// === impl Build ===

impl Build {
    pub(super) fn new(compilation: &Compilation, program: Option<Bytes>) -> Self {
        Self {
            messages: compilation.messages.clone(),
            program,
        }
    }

    /// As the compiler told it; nothing was used for it this time.
    pub(super) fn compilation(&self) -> Compilation {
        Compilation {
            succeeded: true,
            messages: self.messages.clone(),
            measures: Measures::default(),
        }
    }

    fn size_bytes(&self) -> u64 {
        let program = self.program.as_ref().map_or(0, Bytes::len);
        (ENTRY_BYTES + self.messages.len() + program) as u64
    }
}

// === impl Builds ===

impl Builds {
    pub(super) fn new(max_bytes: u64) -> Self {
        let shelf = Shelf {
            builds: LruCache::new_unbounded(),
            bytes: 0,
        };
        Self {
            max_bytes,
            shelf: Mutex::new(shelf),
        }
    }

    /// Names the build of a job; `None` where nothing is kept, nothing is compiled, or more than the source is compiled.
    pub(super) fn key(&self, image: &str, job: &Job) -> Option<Hash> {
        let language = &job.language;
        // What lies beside the source may go into the build, too.
        let is_alone = job.working_files.given.is_empty();
        let is_worth_it = self.max_bytes > 0 && !language.compile.is_empty() && is_alone;
        is_worth_it.then(|| {
            let mut hasher = blake3::Hasher::new();
            let mut add = |part: &[u8]| {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            };
            add(image.as_bytes());
            add(language.file_name.as_bytes());
            add(&[u8::from(language.builds_program)]);
            let arguments = language.compile_arguments();
            add(&(arguments.len() as u64).to_le_bytes());
            for part in arguments.iter().chain(&language.environment()) {
                add(part.as_bytes());
            }
            add(&job.source);
            hasher.finalize()
        })
    }

    pub(super) fn get(&self, key: &Hash) -> Option<Arc<Build>> {
        let found = self.with(|shelf| shelf.builds.get(key).map(Arc::clone));
        let result = if found.is_some() { "hit" } else { "miss" };
        metrics::counter!("synthsmith_sandbox_builds_total", "result" => result).increment(1);
        found
    }

    pub(super) fn put(&self, key: Hash, build: Arc<Build>) {
        let size_bytes = build.size_bytes();
        if size_bytes > self.max_bytes {
            return;
        }
        let gone = self.with(|shelf| {
            let mut gone = vec![shelf.builds.insert(key, build)];
            shelf.bytes += size_bytes;
            shelf.bytes -= gone[0].as_ref().map_or(0, |build| build.size_bytes());
            while shelf.bytes > self.max_bytes {
                let oldest = shelf.builds.remove_lru().map(|(_, build)| build);
                shelf.bytes -= oldest.as_ref().map_or(0, |build| build.size_bytes());
                gone.push(oldest);
            }
            metrics::gauge!("synthsmith_sandbox_builds_bytes").set(shelf.bytes as f64);
            gone
        });
        // Freeing takes a while, and others need not wait for it.
        drop(gone);
    }

    fn with<T>(&self, act: impl FnOnce(&mut Shelf) -> T) -> T {
        act(&mut self.shelf.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Isolation, Language, Limits, WorkingFiles};

    fn job(language: Language, source: &'static str) -> Job {
        Job {
            language,
            source: Bytes::from(source),
            limits: Limits::new(Duration::from_secs(1), 64 << 20),
            returned_output_bytes: 0,
            attached_files: 0,
            working_files: WorkingFiles::default(),
            isolation: Isolation::Container,
        }
    }

    fn build(program_bytes: usize) -> Arc<Build> {
        Arc::new(Build {
            messages: Vec::new(),
            program: Some(vec![7; program_bytes].into()),
        })
    }

    #[test]
    fn a_build_is_named_by_all_that_it_was_built_from() {
        let builds = Builds::new(1);
        let named = |image: &str, job: &Job| builds.key(image, job).unwrap();
        let usual = named("image", &job(Language::cpp17(), "int main() {}"));
        assert_eq!(
            usual,
            named("image", &job(Language::cpp17(), "int main() {}"))
        );
        for other in [
            named("other", &job(Language::cpp17(), "int main() {}")),
            named("image", &job(Language::cpp20(), "int main() {}")),
            named("image", &job(Language::cpp17(), "int main() { }")),
        ] {
            assert_ne!(usual, other);
        }
        let mut accompanied = job(Language::cpp17(), "int main() {}");
        accompanied.working_files.given = vec![("a.h".to_owned(), Bytes::new())];
        assert_eq!(builds.key("image", &accompanied), None);
        let uncompiled = Language {
            compile: Vec::new(),
            ..Language::python3()
        };
        assert_eq!(builds.key("image", &job(uncompiled, "1")), None);
        assert_eq!(
            Builds::new(0).key("image", &job(Language::cpp17(), "1")),
            None
        );
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let builds = Builds::new(3 * 1_000);
        let keys: Vec<Hash> = (0..4_u8).map(|number| blake3::hash(&[number])).collect();
        let size = 1_000 - ENTRY_BYTES;
        for key in &keys[..3] {
            builds.put(*key, build(size));
        }
        assert!(builds.get(&keys[0]).is_some());
        builds.put(keys[3], build(size));
        let there: Vec<bool> = keys.iter().map(|key| builds.get(key).is_some()).collect();
        assert_eq!(there, [true, false, true, true]);
        builds.put(keys[3], build(size));
        builds.put(keys[1], build(3 * 1_000));
        assert_eq!(
            builds.with(|shelf| (shelf.builds.len(), shelf.bytes)),
            (3, 3_000)
        );
        builds.put(keys[1], build(3 * 1_000 - ENTRY_BYTES));
        assert_eq!(
            builds.with(|shelf| (shelf.builds.len(), shelf.bytes)),
            (1, 3_000)
        );
    }
}
