//! The replicas of a service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tonic::transport::Channel;

/// One replica, at one address.
#[derive(Debug)]
pub(super) struct Backend {
    address: SocketAddr,
    host: Arc<str>,
    channel: Channel,
    is_down: AtomicBool,
}

/// All that are known; never none.
#[derive(Debug)]
pub(super) struct Backends {
    all: Vec<Arc<Backend>>,
    turn: AtomicUsize,
}

// === impl Backend ===

impl Backend {
    /// It is down until somebody has asked it.
    pub(super) fn new(address: SocketAddr, host: Arc<str>, channel: Channel) -> Self {
        Self {
            address,
            host,
            channel,
            is_down: AtomicBool::new(true),
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whose certificate it must show.
    pub(super) fn host(&self) -> Arc<str> {
        Arc::clone(&self.host)
    }

    pub(super) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// No calls until it is known to be back, as long as another one is up.
    pub(super) fn failed(&self) {
        self.is_down.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_back(&self) {
        self.is_down.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_down(&self) -> bool {
        self.is_down.load(Ordering::Relaxed)
    }
}

// === impl Backends ===

impl Backends {
    /// `None` for none.
    pub(super) fn new(all: Vec<Arc<Backend>>) -> Option<Self> {
        let turn = AtomicUsize::new(0);
        (!all.is_empty()).then_some(Self { all, turn })
    }

    /// The next in turn of those that are up; where none is, of all.
    pub(super) fn next(&self) -> Arc<Backend> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let up = || self.all.iter().filter(|backend| !backend.is_down());
        let next = match up().count() {
            0 => None,
            count => up().nth(turn % count),
        };
        Arc::clone(next.unwrap_or_else(|| &self.all[turn % self.all.len()]))
    }

    pub(super) fn at(&self, address: SocketAddr) -> Option<&Arc<Backend>> {
        self.all.iter().find(|backend| backend.address == address)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Backend>> {
        self.all.iter()
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.all.iter().map(|backend| backend.address)
    }

    /// Those to ask whether they are up; a single one is tried by the calls themselves.
    pub(super) fn down(&self) -> Vec<Arc<Backend>> {
        let is_alone = self.all.len() == 1;
        let down = self.all.iter().filter(|backend| backend.is_down());
        down.filter(|_| !is_alone).map(Arc::clone).collect()
    }
}
