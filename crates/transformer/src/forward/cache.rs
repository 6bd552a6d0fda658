//! Keys and values of the positions that were read.

use crate::config::Config;

use super::kernel::GROUP;
use super::memory::{Arena, Region};

/// Positions in a block.
pub(crate) const POSITIONS: usize = 2 * GROUP;

/// How a block is laid out: for each layer and head, the keys in groups of positions, by dimension,
/// then position; then the values in groups of dimensions, by position, then dimension.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockSize {
    heads: usize,
    head_dim: usize,
    /// The width of a value, a whole number of groups.
    width: usize,
    length: usize,
}

/// Blocks that no sequence has at the moment, and memory for more.
#[derive(Debug, Default)]
pub(crate) struct FreeBlocks {
    blocks: Vec<Region>,
    arena: Arena,
}

/// The blocks of one sequence.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    blocks: Vec<Region>,
    /// Positions that are filled.
    pub(crate) length: usize,
}

// === impl BlockSize ===

impl BlockSize {
    pub(crate) fn new(config: &Config) -> Self {
        let width = config.head_dim.next_multiple_of(GROUP);
        let head = POSITIONS * (config.head_dim + width);
        Self {
            heads: config.num_key_value_heads,
            head_dim: config.head_dim,
            width,
            length: head * config.num_key_value_heads * config.num_hidden_layers,
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.length * size_of::<f32>()
    }

    /// The width of a value as it lies in a block.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn head_dim(&self) -> usize {
        self.head_dim
    }

    fn start(&self, layer: usize, head: usize) -> usize {
        (layer * self.heads + head) * POSITIONS * (self.head_dim + self.width)
    }
}

// === impl FreeBlocks ===

#[cfg(test)]
impl FreeBlocks {
    pub(crate) fn count(&self) -> usize {
        self.blocks.len()
    }
}

// === impl Cache ===

impl Cache {
    /// Takes blocks until `length` positions have room.
    pub(crate) fn grow(&mut self, length: usize, size: BlockSize, free: &mut FreeBlocks) {
        while self.blocks.len() * POSITIONS < length {
            let block = free.blocks.pop();
            let block = block.unwrap_or_else(|| free.arena.take(size.length));
            self.blocks.push(block);
        }
    }

    /// Gives the blocks back.
    pub(crate) fn release(&mut self, free: &mut FreeBlocks) {
        free.blocks.append(&mut self.blocks);
        self.length = 0;
    }

    /// Keys and values of the `block`th 64 positions.
    pub(super) fn block(
        &self,
        size: BlockSize,
        block: usize,
        layer: usize,
        head: usize,
    ) -> (&[f32], &[f32]) {
        let block = &self.blocks[block][size.start(layer, head)..];
        let (keys, rest) = block.split_at(size.head_dim * POSITIONS);
        (keys, &rest[..size.width * POSITIONS])
    }

    /// Sets key and value of one position.
    pub(super) fn put(
        &mut self,
        size: BlockSize,
        position: usize,
        (layer, head): (usize, usize),
        key: &[f32],
        value: &[f32],
    ) {
        let block = &mut self.blocks[position / POSITIONS][size.start(layer, head)..];
        let (keys, values) = block.split_at_mut(size.head_dim * POSITIONS);
        let offset = position % POSITIONS;
        let group = &mut keys[offset / GROUP * GROUP * size.head_dim..];
        for (place, key) in group[offset % GROUP..].iter_mut().step_by(GROUP).zip(key) {
            *place = *key;
        }
        let groups = values.chunks_exact_mut(GROUP * POSITIONS);
        for (group, value) in groups.zip(value.chunks(GROUP)) {
            group[offset * GROUP..][..value.len()].copy_from_slice(value);
        }
    }
}
