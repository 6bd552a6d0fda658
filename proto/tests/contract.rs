//! Shows every change of a contract in review, and holds the contracts to their rules.
//!
//! A change that is meant is accepted by `INSTA_UPDATE=always cargo test -p synthsmith-proto`.

#[path = "contract/outline.rs"]
mod outline;

#[path = "contract/rules.rs"]
mod rules;

#[path = "contract/comments.rs"]
mod comments;

#[path = "contract/imports.rs"]
mod imports;

#[path = "contract/breaking.rs"]
mod breaking;

#[path = "contract/reference.rs"]
mod reference;

#[path = "contract/roles.rs"]
mod roles;

#[path = "contract/walk.rs"]
mod walk;

use prost::Message as _;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use synthsmith_proto::FILE_DESCRIPTOR_SET;

/// Every file, in the order of names; those of Google are first.
fn all_files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("the build encoded it");
    let mut files = set.file;
    files.sort_by(|left, right| left.name().cmp(right.name()));
    files
}

fn our_files() -> Vec<FileDescriptorProto> {
    let mut files = all_files();
    files.retain(|file| !file.name().starts_with("google/"));
    files
}

#[test]
fn no_contract_changes_unseen() {
    insta::assert_snapshot!("contract", outline::of(&our_files()));
}

#[test]
fn every_file_keeps_every_rule() {
    let files = our_files();
    let mut breaches = rules::shared_messages(&files);
    breaches.extend(imports::breaches(&all_files()));
    for file in &files {
        breaches.extend(rules::breaches(file));
        breaches.extend(comments::missing(file));
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}
