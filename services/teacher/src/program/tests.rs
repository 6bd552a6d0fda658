use super::{Fault, Language, Variant, shared_faults, usable_faults, write};
use crate::compose;
use crate::dice::Dice;
use crate::ir::{Style, Task};
use crate::primitives;

fn task(reducer: usize, seed: u64) -> Task {
    compose::about(
        primitives::all()[reducer],
        &[],
        &mut Dice::new(&["program", &seed.to_string()]),
    )
    .unwrap()
}

#[test]
fn every_slip_changes_the_efficient_body() {
    for reducer in primitives::all() {
        assert!(!reducer.slips.is_empty(), "{}", reducer.name);
        for slip in reducer.slips {
            assert!(
                reducer.python.efficient.contains(slip.python.0),
                "{}: {:?}",
                reducer.name,
                slip.python
            );
            assert!(
                reducer.cpp.efficient.contains(slip.cpp.0),
                "{}: {:?}",
                reducer.name,
                slip.cpp
            );
        }
    }
}

#[test]
fn every_fault_changes_the_program() {
    for reducer in 0..primitives::all().len() {
        let task = task(reducer, 3);
        for language in [Language::Python, Language::Cpp] {
            let write = |fault| {
                write(
                    &task,
                    Style::Codeforces,
                    language,
                    Variant::Efficient,
                    fault,
                    &mut Dice::new(&["same"]),
                )
            };
            let right = write(None);
            for fault in usable_faults(&task, language) {
                let loose = fault == Fault::Loosen || fault == Fault::SwapSteps;
                assert!(
                    loose || write(Some(fault)) != right,
                    "{fault:?} of {}",
                    task.reducer.name
                );
            }
            for fault in [Fault::Slow, Fault::Crash, Fault::Syntax] {
                assert_ne!(
                    write(Some(fault)),
                    right,
                    "{fault:?} of {}",
                    task.reducer.name
                );
            }
        }
        assert!(shared_faults(&task).len() >= 2);
    }
}

#[test]
fn a_program_names_only_the_headers_it_needs() {
    for reducer in 0..primitives::all().len() {
        let source = write(
            &task(reducer, 1),
            Style::Codeforces,
            Language::Cpp,
            Variant::Efficient,
            None,
            &mut Dice::new(&["headers"]),
        );
        assert!(!source.contains("bits/stdc++"));
        assert!(source.matches("#include").count() <= 12, "{source}");
    }
}
