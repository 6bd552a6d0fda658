//! Chooses the users that programs run as.
//!
//! The kernel counts the processes of a user on the whole machine, whatever the container. So nobody else may have these
//! ids: no living container, and no user of the machine or of its directory, which commonly begins at 10,000.

/// Ids of which the usual allocators, those of directories included, give none away.
const SPARE: (u32, u32) = (2_013_265_920, 2_130_706_432);
/// In a container that has a user namespace of the usual size. What it counts against outside is the namespace's own.
const WITHIN_NAMESPACE: (u32, u32) = (10_000, 60_000);

/// As many as a cell has, and one more.
const IDS: u32 = 4;

/// The first of the ids of a container. They come again after a whole round only.
pub(super) fn first_of(turn: u32, highest: u32) -> u32 {
    let (first, end) = if highest >= SPARE.1 {
        SPARE
    } else {
        WITHIN_NAMESPACE
    };
    first + turn % ((end - first) / IDS) * IDS
}

#[cfg(test)]
mod tests {
    use synthsmith_runner_protocol::Cells;

    use super::*;

    #[test]
    fn ids_are_out_of_the_way_where_the_container_has_such() {
        for turn in [0, 1, 29_360_127, 29_360_128, u32::MAX] {
            let first = first_of(turn, u32::MAX - 1);
            assert!(first >= SPARE.0 && first + IDS <= SPARE.1, "{turn}");
            let first = first_of(turn, 65_535);
            assert!(first >= 10_000 && first + IDS <= 60_000, "{turn}");
        }
    }

    #[test]
    fn neighbours_share_no_id() {
        let (first, next) = (first_of(7, u32::MAX - 1), first_of(8, u32::MAX - 1));
        assert_eq!(next, first + IDS);
        const { assert!(Cells::USERS <= IDS) };
    }
}
