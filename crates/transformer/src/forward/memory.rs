//! Memory in large pieces, for which the system is asked to use huge pages.
//!
//! Each step reads all weights, keys and values: far more than the processor's tables of small pages cover.

#![expect(
    unsafe_code,
    reason = "parts of one mapping, each with an owner of its own, are made from a pointer"
)]

use std::alloc::{Layout, handle_alloc_error};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::slice;
use std::sync::Arc;

use memmap2::MmapMut;

/// Bytes that are asked for at once; those that are never written take no memory.
const SLAB: usize = 32 << 20;
/// A huge page, at whose multiples a slab begins.
const HUGE_PAGE: usize = 2 << 20;
/// A line of a cache, at whose multiples a region begins.
const LINE: usize = 64;

/// Gives regions, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    slab: Option<Arc<Slab>>,
    /// Bytes of the slab that have been given.
    used: usize,
}

/// Values that belong to whoever has it; their slab lives as long as the last of its regions.
pub(crate) struct Region {
    values: NonNull<f32>,
    length: usize,
    _slab: Arc<Slab>,
}

#[derive(Debug)]
struct Slab {
    memory: MmapMut,
    /// From the beginning of the mapping to the first huge page.
    start: usize,
    bytes: usize,
}

// === impl Arena ===

impl Arena {
    /// So many zeros. They do not come back to the arena.
    pub(crate) fn take(&mut self, length: usize) -> Region {
        let bytes = (length * size_of::<f32>()).next_multiple_of(LINE);
        let slab = match &self.slab {
            Some(slab) if slab.bytes - self.used >= bytes => slab.clone(),
            _ => {
                let slab = Arc::new(Slab::new(bytes.max(SLAB)));
                self.slab = Some(slab.clone());
                self.used = 0;
                slab
            }
        };
        let values = slab.at(self.used);
        self.used += bytes;
        Region {
            values,
            length,
            _slab: slab,
        }
    }
}

// === impl Slab ===

impl Slab {
    fn new(bytes: usize) -> Self {
        let layout = Layout::from_size_align(bytes, HUGE_PAGE).unwrap_or(Layout::new::<u8>());
        // As for any other memory that is not to be had.
        let Ok(memory) = MmapMut::map_anon(bytes + HUGE_PAGE) else {
            handle_alloc_error(layout)
        };
        // Small pages do as well, only slower.
        #[cfg(target_os = "linux")]
        let _ = memory.advise(memmap2::Advice::HugePage);
        let start = memory.as_ptr().align_offset(HUGE_PAGE);
        Self {
            memory,
            start,
            bytes,
        }
    }

    /// The values that begin so many bytes behind the start, of which there are fewer than the slab has.
    fn at(&self, offset: usize) -> NonNull<f32> {
        // SAFETY: the mapping has a huge page more than the bytes of the slab, and `start` is less than that.
        let first = unsafe { self.memory.as_ptr().add(self.start + offset) };
        // SAFETY: a mapping does not begin at 0.
        unsafe { NonNull::new_unchecked(first.cast_mut().cast()) }
    }
}

// === impl Region ===

// SAFETY: a region is the only one that has its values, as a box is.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Deref for Region {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: `Arena::take` has given this part of the mapping, which is as long, aligned to lines and filled with
        // zeros at first, to this region alone, and the mapping lives as long as the region.
        unsafe { slice::from_raw_parts(self.values.as_ptr(), self.length) }
    }
}

impl DerefMut for Region {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as for `deref`; this region is borrowed for writing.
        unsafe { slice::from_raw_parts_mut(self.values.as_ptr(), self.length) }
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Region of {}", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_zeros_that_nothing_else_writes() {
        let mut arena = Arena::default();
        let lengths = [1, 16, 17, 1000, SLAB / 4 - 1000, 5, SLAB / 2, 3];
        let mut regions: Vec<Region> = lengths.map(|it| arena.take(it)).into();
        for (index, region) in regions.iter_mut().enumerate() {
            assert_eq!(region.len(), lengths[index]);
            assert!(region.iter().all(|it| it.to_bits() == 0));
            assert_eq!(region.as_ptr() as usize % LINE, 0);
            region.fill(index as f32);
        }
        for (index, region) in regions.iter().enumerate() {
            assert!(region.iter().all(|it| *it == index as f32));
        }
    }

    #[test]
    fn a_region_outlives_its_arena_and_its_neighbours() {
        let mut arena = Arena::default();
        let (first, mut second) = (arena.take(100), arena.take(100));
        drop((arena, first));
        second.fill(1.0);
        let sum = std::thread::spawn(move || second.iter().sum::<f32>()).join();
        assert_eq!(sum.unwrap(), 100.0);
    }
}
