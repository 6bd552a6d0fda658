//! A container that a program has for itself, for good or for a while.

use super::cells::Cell;
use super::container::Container;

#[derive(Debug)]
pub(super) enum Lease {
    SingleUse(Container),
    Cell(Box<Cell>),
}

impl Lease {
    pub(super) fn cell(cell: Cell) -> Self {
        Self::Cell(Box::new(cell))
    }

    pub(super) fn container(&mut self) -> &mut Container {
        match self {
            Self::SingleUse(container) => container,
            Self::Cell(cell) => &mut cell.container,
        }
    }

    /// Gives back what others may use after this. Nothing of the program may be under way.
    pub(super) fn end(self) {
        if let Self::Cell(cell) = self {
            cell.leave();
        }
    }
}
