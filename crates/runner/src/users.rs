//! Learns which user ids the container has.

use std::fs;

/// What every user namespace has that an engine makes, should the kernel tell nothing.
const USUAL_HIGHEST: u32 = 65_535;

/// The highest id up to which there is no gap.
pub(crate) fn highest_uid() -> u32 {
    fs::read_to_string("/proc/self/uid_map")
        .ok()
        .and_then(|map| highest_in(&map))
        .unwrap_or(USUAL_HIGHEST)
}

/// Lines of `first id inside, first id outside, count`.
fn highest_in(map: &str) -> Option<u32> {
    let mut ranges: Vec<(u64, u64)> = map.lines().filter_map(range).collect();
    ranges.sort_unstable();
    let mut free = 0;
    for (first, count) in ranges {
        if first > free {
            break;
        }
        free = free.max(first.saturating_add(count));
    }
    u32::try_from(free.checked_sub(1)?).ok()
}

fn range(line: &str) -> Option<(u64, u64)> {
    let mut columns = line.split_whitespace().map(str::parse);
    let (first, _outside, count) = (columns.next()?, columns.next()?, columns.next()?);
    Some((first.ok()?, count.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_id_is_the_one_before_the_first_gap() {
        let table = [
            ("         0          0 4294967295\n", Some(u32::MAX - 1)),
            ("0 100000 65536\n", Some(65_535)),
            ("1 100000 65536\n0 1000 1\n", Some(65_536)),
            ("0 1000 1\n5 100000 65536\n", Some(0)),
            ("5 100000 65536\n", None),
            ("", None),
            ("what?\n", None),
        ];
        for (map, expected) in table {
            assert_eq!(highest_in(map), expected, "{map:?}");
        }
    }
}
