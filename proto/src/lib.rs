//! The wire types of every synthsmith service, made from `proto/synthsmith` when this crate is built.
//!
//! Holds messages, clients, servers and descriptors, and no logic: what a message means is decided
//! where it is turned into a domain type (`synthsmith-corpus` and each service's `wire.rs`).

#![allow(
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated code; which lints it trips depends on the generator"
)]

/// The encoded `FileDescriptorSet` of all contracts, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

macro_rules! packages {
    ($($name:ident),* $(,)?) => {$(
        pub mod $name {
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/synthsmith.", stringify!($name), ".v1.rs"));
            }
        }
    )*};
}

packages!(
    access,
    corpus,
    feature_evolver,
    task_synth,
    solver,
    test_gen,
    verifier,
    gateway,
    orchestrator,
    trainer,
);
