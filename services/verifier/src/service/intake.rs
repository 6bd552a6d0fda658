//! Bounds what is held of requests that are still being received.
//!
//! A request is decoded whole before anybody looks at it, and may be large; many at a time must not fill the memory,
//! and one peer must not keep the others out. Names of clients are not proven, so that peers are told apart by address.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) type Peer = Option<IpAddr>;

#[derive(Debug, Clone)]
pub(crate) struct Intake {
    held: Arc<Mutex<Held>>,
    max_bytes: u64,
}

#[derive(Debug, Default)]
struct Held {
    bytes: u64,
    /// Of each peer that sends something.
    bytes_of: BTreeMap<Peer, u64>,
}

/// What is held of one request, until it is dropped: by the body, and by who works on the request where that is long.
#[derive(Debug)]
pub(crate) struct Portion {
    intake: Intake,
    peer: Peer,
    bytes: AtomicU64,
}

// === impl Intake ===

impl Intake {
    pub(crate) fn new(max_bytes: u64) -> Self {
        Self {
            held: Arc::default(),
            max_bytes,
        }
    }

    pub(crate) fn portion(&self, peer: Peer) -> Portion {
        Portion {
            intake: self.clone(),
            peer,
            bytes: AtomicU64::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Portion ===

impl Portion {
    /// Whether there is room for more.
    pub(crate) fn grow(&self, bytes: u64) -> bool {
        let mut held = self.intake.lock();
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        held.bytes += bytes;
        let of_peer = held.bytes_of.entry(self.peer).or_default();
        *of_peer += bytes;
        *of_peer <= self.intake.max_bytes / 2 && held.bytes <= self.intake.max_bytes
    }
}

impl Drop for Portion {
    fn drop(&mut self) {
        let bytes = *self.bytes.get_mut();
        let mut held = self.intake.lock();
        held.bytes -= bytes;
        if let Some(of_peer) = held.bytes_of.get_mut(&self.peer) {
            *of_peer -= bytes;
            if *of_peer == 0 {
                held.bytes_of.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const PEERS: [Peer; 3] = [
        Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        Some(IpAddr::V4(Ipv4Addr::BROADCAST)),
        None,
    ];

    #[test]
    fn what_is_held_of_all_requests_together_is_bounded() {
        let intake = Intake::new(10);
        let first = intake.portion(PEERS[0]);
        assert!(first.grow(3) && first.grow(2));
        let second = intake.portion(PEERS[1]);
        assert!(second.grow(4));
        let third = intake.portion(PEERS[2]);
        assert!(!third.grow(2), "eleven bytes");
        drop(third);
        let third = intake.portion(PEERS[2]);
        assert!(third.grow(1));
        drop((first, second, third));
        let held = intake.lock();
        assert_eq!((held.bytes, held.bytes_of.len()), (0, 0));
    }

    #[test]
    fn one_peer_holds_at_most_half() {
        let intake = Intake::new(10);
        let requests = [intake.portion(PEERS[0]), intake.portion(PEERS[0])];
        assert!(requests[0].grow(5));
        assert!(!requests[1].grow(1));
        assert!(intake.portion(PEERS[1]).grow(4));
        assert!(
            !intake.portion(PEERS[0]).grow(1),
            "what was refused is held until it is dropped"
        );
        drop(requests);
        assert!(intake.portion(PEERS[0]).grow(5));
    }
}
