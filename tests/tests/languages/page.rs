//! What `docs/languages.md` tells an operator to write, word for word.

use synthsmith_tests::python::repository;

/// The first block of code in a language.
pub(crate) fn block(language: &str) -> String {
    let page = std::fs::read_to_string(repository().join("docs/languages.md")).unwrap();
    let start = format!("```{language}\n");
    let (_, rest) = page.split_once(&start).expect("the page shows such a file");
    let (block, _) = rest.split_once("```").expect("a block has an end");
    block.to_owned()
}
