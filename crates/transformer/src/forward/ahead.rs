//! Weights on their way into a near cache before they are read.
//!
//! Each pass through a model reads all of its weights, which are larger than that cache: without this a product waits
//! for the memory at the beginning of every group of columns.

use std::slice::Chunks;

/// Values of a line of a cache.
const LINE: usize = 16;

/// What is read next; it is asked for line by line while the work before goes on.
pub(super) struct Ahead<'a> {
    lines: Chunks<'a, f32>,
    /// Steps from one line to the next.
    every: usize,
    until: usize,
}

// === impl Ahead ===

impl<'a> Ahead<'a> {
    /// These values, spread over so many steps.
    #[inline(always)]
    pub(super) fn new(values: &'a [f32], steps: usize) -> Self {
        let lines = values.chunks(LINE);
        Self {
            every: (steps / lines.len().max(1)).max(1),
            lines,
            until: 0,
        }
    }

    /// Called at each step, which are counted from 0.
    #[inline(always)]
    pub(super) fn at(&mut self, step: usize) {
        if step == self.until {
            if let Some([first, ..]) = self.lines.next() {
                fetch(first);
            }
            self.until += self.every;
        }
    }
}

/// Asks the processor for the line of a value.
#[inline(always)]
#[cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "the hint takes a pointer")
)]
fn fetch(value: &f32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which neither reads nor writes, and the address is that of a value.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(std::ptr::from_ref(value).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
