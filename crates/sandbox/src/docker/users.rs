//! Chooses the users that programs run as.
//!
//! The kernel counts the processes of a user on the whole machine, whatever the container. So nobody else may have these
//! ids: no living container, and no user of the machine or of its directory, which commonly begins at 10,000.

/// Ids of which the usual allocators, those of directories included, give none away.
const SPARE: (u32, u32) = (2_013_265_920, 2_130_706_432);
/// In a container that has a user namespace of the usual size. What it counts against outside is the namespace's own.
const WITHIN_NAMESPACE: (u32, u32) = (10_000, 60_000);

/// The ids for the compiler and for the program. Pairs come again after a whole round only.
pub(super) fn pair(turn: u32, highest: u32) -> (u32, u32) {
    let (first, end) = if highest >= SPARE.1 {
        SPARE
    } else {
        WITHIN_NAMESPACE
    };
    let uid = first + turn % ((end - first) / 2) * 2;
    (uid, uid + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_out_of_the_way_where_the_container_has_such() {
        for turn in [0, 1, 58_720_255, 58_720_256, u32::MAX] {
            let (compiler, program) = pair(turn, u32::MAX - 1);
            assert_eq!(program, compiler + 1);
            assert!(compiler >= SPARE.0 && program < SPARE.1, "{turn}");
            let (compiler, program) = pair(turn, 65_535);
            assert_eq!(program, compiler + 1);
            assert!((10_000..60_000).contains(&compiler), "{turn}");
        }
    }

    #[test]
    fn neighbours_share_no_id() {
        let ((_, last), (next, _)) = (pair(7, u32::MAX - 1), pair(8, u32::MAX - 1));
        assert_eq!(next, last + 1);
    }
}
