//! What is kept and what goes: things by digest, bounded in bytes, the least recently used first.

use hashlink::LruCache;

use super::Digest;

#[derive(Debug)]
pub(super) struct Shelf<T> {
    /// The least recently used first, each with its bytes.
    things: LruCache<Digest, (T, u64)>,
    bytes: u64,
    max_bytes: u64,
}

impl<T> Shelf<T> {
    pub(super) fn new(max_bytes: u64) -> Self {
        Self {
            things: LruCache::new_unbounded(),
            bytes: 0,
            max_bytes,
        }
    }

    /// What all things take together.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The thing of a digest, which thereby becomes the one used last.
    pub(super) fn get(&mut self, digest: &Digest) -> Option<&T> {
        self.things.get(digest).map(|(thing, _)| thing)
    }

    /// Keeps a thing, and hands out those that had to go for it. What is larger than the whole goes itself.
    pub(super) fn put(&mut self, digest: Digest, thing: T, bytes: u64) -> Vec<T> {
        if bytes > self.max_bytes {
            return vec![thing];
        }
        if self.get(&digest).is_some() {
            return Vec::new();
        }
        let mut gone = Vec::new();
        while self.bytes > self.max_bytes - bytes
            && let Some((_, (oldest, freed))) = self.things.remove_lru()
        {
            self.bytes -= freed;
            gone.push(oldest);
        }
        self.bytes += bytes;
        self.things.insert(digest, (thing, bytes));
        gone
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digest(name: u8) -> Digest {
        Digest::from_bytes([name; 32])
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut shelf = Shelf::new(10);
        for name in [1, 2, 3] {
            assert!(shelf.put(digest(name), name, 3).is_empty());
        }
        assert_eq!(shelf.get(&digest(1)), Some(&1));
        // What is put again counts once, and as used.
        assert!(shelf.put(digest(2), 2, 3).is_empty());
        assert_eq!(shelf.bytes(), 9);
        assert_eq!(shelf.put(digest(4), 4, 2), [3]);
        assert_eq!(shelf.put(digest(5), 5, 7), [1, 2]);
        assert_eq!(shelf.get(&digest(3)), None);
        assert_eq!(shelf.get(&digest(4)), Some(&4));
        assert_eq!(shelf.bytes(), 9);
    }

    #[test]
    fn what_is_larger_than_the_whole_is_not_kept_and_drives_nobody_out() {
        let mut shelf = Shelf::new(10);
        shelf.put(digest(1), 1, 10);
        assert_eq!(shelf.put(digest(2), 2, 11), [2]);
        assert_eq!(shelf.put(digest(3), 3, u64::MAX), [3]);
        assert_eq!(shelf.get(&digest(1)), Some(&1));
        assert_eq!(shelf.bytes(), 10);
        assert_eq!(shelf.put(digest(4), 4, 10), [1]);
        assert_eq!(Shelf::new(0).put(digest(1), 1, 1), [1]);
    }

    /// The same by search through a list, the least recently used first.
    fn put(list: &mut Vec<(u8, u64)>, name: u8, bytes: u64, max_bytes: u64) {
        if bytes > max_bytes || used(list, name) {
            return;
        }
        while list.iter().map(|(_, bytes)| bytes).sum::<u64>() + bytes > max_bytes {
            list.remove(0);
        }
        list.push((name, bytes));
    }

    fn used(list: &mut Vec<(u8, u64)>, name: u8) -> bool {
        let place = list.iter().position(|(other, _)| *other == name);
        place
            .map(|place| list.remove(place))
            .map(|thing| list.push(thing))
            .is_some()
    }

    proptest! {
        #[test]
        fn it_never_holds_more_than_the_bound_and_always_what_was_just_put(
            steps in prop::collection::vec((any::<bool>(), 0_u8..12), 0..100),
            sizes in prop::array::uniform12(0_u64..40),
            max_bytes in 0_u64..60,
        ) {
            let (mut shelf, mut list) = (Shelf::new(max_bytes), Vec::new());
            let mut held = 0_usize;
            for (is_put, name) in steps {
                let bytes = sizes[usize::from(name)];
                if is_put {
                    let was_there = used(&mut list.clone(), name);
                    let gone = shelf.put(digest(name), name, bytes);
                    held = held + usize::from(!was_there) - gone.len();
                    put(&mut list, name, bytes, max_bytes);
                    prop_assert!(bytes > max_bytes || shelf.things.contains_key(&digest(name)));
                } else {
                    prop_assert_eq!(shelf.get(&digest(name)).is_some(), used(&mut list, name));
                }
                prop_assert!(shelf.bytes() <= max_bytes);
                let kept: Vec<_> = shelf.things.iter().map(|(_, kept)| *kept).collect();
                prop_assert_eq!(&kept, &list);
                prop_assert_eq!(shelf.bytes(), kept.iter().map(|(_, bytes)| bytes).sum::<u64>());
                prop_assert_eq!(held, kept.len());
            }
        }
    }
}
