//! How many connections a port holds, and for whom: nobody has shown a key yet when one is made.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Connections of a port at a time.
const MAX: usize = 2048;
/// Of these, those of one address: whoever opens too many leaves room for others.
const MAX_OF_ONE: usize = MAX / 2;

/// Counts the connections of a port.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connections(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The place of one connection; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    connections: Connections,
    address: IpAddr,
}

// === impl Connections ===

impl Connections {
    /// A place for a connection from `address`, while there is one.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Place> {
        // An address of version 4 is the same one where both versions are listened to.
        let address = address.to_canonical();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = counts.by_address.get(&address).copied().unwrap_or(0);
        if counts.all >= MAX || of_one >= MAX_OF_ONE {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(address, of_one + 1);
        Some(Place {
            connections: self.clone(),
            address,
        })
    }

    fn leave(&self, address: IpAddr) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all -= 1;
        if let Some(of_one) = counts.by_address.get_mut(&address) {
            *of_one -= 1;
            if *of_one == 0 {
                counts.by_address.remove(&address);
            }
        }
    }
}

// === impl Place ===

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.leave(self.address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_leaves_room_for_others() {
        let connections = Connections::default();
        let (one, same, other) = ("10.0.0.1", "::ffff:10.0.0.1", "10.0.0.2");
        let mut places: Vec<Place> = (0..MAX_OF_ONE)
            .map(|_| connections.enter(address(one)).unwrap())
            .collect();
        assert!(connections.enter(address(same)).is_none());
        let others = (0..MAX - MAX_OF_ONE).map(|_| connections.enter(address(other)).unwrap());
        let others: Vec<Place> = others.collect();
        assert!(connections.enter(address("10.0.0.3")).is_none());
        places.pop();
        assert!(connections.enter(address(same)).is_some());
        drop((places, others));
        let counts = connections.0.lock().unwrap();
        assert_eq!((counts.all, counts.by_address.len()), (0, 0));
    }
}
