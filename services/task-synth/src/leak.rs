//! Finds names of techniques in a statement, which give its solution away.

use std::sync::LazyLock;

static TECHNIQUES: LazyLock<Vec<Technique>> = LazyLock::new(|| {
    let lines = include_str!("leak/techniques.txt").lines();
    let names = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    names.map(Technique::read).collect()
});

/// A name that no statement may hold.
#[derive(Debug)]
struct Technique {
    words: Vec<String>,
    has_plural: bool,
}

/// The first name of a technique in a text, as the list of names spells it.
///
/// A name counts where its words follow each other as whole words; case, hyphens, line ends and a
/// plural at the end make no difference. Of names that begin at the same word the longest is told.
pub fn leaked(text: &str) -> Option<String> {
    let text = words(text);
    let named_at = |start: usize| {
        let named = TECHNIQUES.iter().filter(|name| name.begins(&text[start..]));
        named.max_by_key(|name| name.words.len())
    };
    let name = (0..text.len()).find_map(named_at)?;
    Some(name.words.join(" "))
}

// === impl Technique ===

impl Technique {
    fn read(line: &str) -> Self {
        Self {
            words: words(line),
            has_plural: !line.ends_with('!'),
        }
    }

    fn begins(&self, text: &[String]) -> bool {
        let Some((last, others)) = self.words.split_last() else {
            return false;
        };
        let ending = text
            .get(others.len())
            .and_then(|word| word.strip_prefix(last.as_str()));
        let is_named = match ending {
            Some("") => true,
            Some("s" | "es") => self.has_plural,
            _ => false,
        };
        is_named && text[..others.len()] == *others
    }
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use synthsmith_corpus::Style;

    use super::{TECHNIQUES, leaked};
    use crate::testing::statement;

    #[test]
    fn finds_whole_names_in_any_dress() {
        let table = [
            ("Use a Segment-Tree here.", "segment tree"),
            ("(BFS)", "bfs"),
            ("Fenwick\ntrees are nice", "fenwick tree"),
            ("Prim's algorithm", "prim s algorithm"),
            ("a disjoint set union", "disjoint set union"),
            ("both hashes and hash maps", "hash map"),
        ];
        for (text, name) in table {
            assert_eq!(leaked(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn plain_words_give_nothing_away() {
        for text in [
            "The greedy merchant waits in a queue under a tree.",
            "A stack of plates, a heap of sand, a graph of prices.",
            "Print them in increasing order.",
            "A segment of the treeline",
            "She tries disjoint sets of recursive cards.",
            "A prefix summary of adp, dfsx and the triennial trier.",
            "",
        ] {
            assert_eq!(leaked(text), None, "{text}");
        }
        for style in Style::ALL {
            assert_eq!(leaked(&statement(style)), None);
        }
    }

    #[test]
    fn the_list_holds_no_name_twice() {
        for (position, name) in TECHNIQUES.iter().enumerate() {
            assert!(!name.words.is_empty());
            let earlier = &TECHNIQUES[..position];
            assert!(
                earlier.iter().all(|other| other.words != name.words),
                "{name:?}"
            );
        }
    }

    #[test]
    fn finds_every_name_in_the_middle_of_a_text() {
        for technique in TECHNIQUES.iter() {
            let name = technique.words.join(" ");
            let text = format!("Count the apples with {name} today.");
            assert_eq!(leaked(&text), Some(name));
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,60}") {
            let _ = leaked(&text);
        }
    }
}
