//! Who gets the next turn and who is sent away, without waiting and without a clock.
//!
//! Turns go round among the clients that wait, to the oldest request of each. Where there is no more room to wait, a
//! request displaces the youngest of the client that has most, as long as the latter has more than the client that asks
//! would come to have: so nobody keeps others out by asking much, and nobody is displaced back and forth.

use std::collections::{BTreeMap, VecDeque};

use crate::client::Client;

/// How much is taken on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub turns: usize,
    pub waiting: usize,
    /// What all that wait hold in memory.
    pub waiting_bytes: u64,
}

/// The clients, their turns, and those of their requests that wait; `W` is how a waiting request is told.
#[derive(Debug)]
pub(super) struct Fair<W> {
    bounds: Bounds,
    clients: BTreeMap<Client, Share<W>>,
    /// The clients that wait, in the order of their next turns.
    order: VecDeque<Client>,
    turns: usize,
    waiting: usize,
    waiting_bytes: u64,
    next_ticket: u64,
}

/// What one client has; not kept where that is nothing.
#[derive(Debug)]
struct Share<W> {
    turns: usize,
    /// Oldest first.
    waiting: VecDeque<Waiting<W>>,
    waiting_bytes: u64,
}

#[derive(Debug)]
struct Waiting<W> {
    ticket: u64,
    bytes: u64,
    waiter: W,
}

/// What becomes of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entered<W> {
    /// Its turn begins.
    Turn,
    /// It waits, and others were displaced for it.
    Waiting { ticket: u64, displaced: Vec<W> },
    /// There is no room for it.
    Refused,
}

impl<W> Fair<W> {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            clients: BTreeMap::new(),
            order: VecDeque::new(),
            turns: 0,
            waiting: 0,
            waiting_bytes: 0,
            next_ticket: 0,
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(super) fn enter(&mut self, client: &Client, bytes: u64, waiter: W) -> Entered<W> {
        // Nobody waits while a turn is free.
        if self.turns < self.bounds.turns {
            self.turns += 1;
            self.share(client).turns += 1;
            return Entered::Turn;
        }
        let Some(displaced) = self.make_room(client, bytes) else {
            return Entered::Refused;
        };
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let is_first = self.share(client).waiting.is_empty();
        if is_first {
            self.order.push_back(client.clone());
        }
        let waiting = Waiting {
            ticket,
            bytes,
            waiter,
        };
        self.put(client, waiting);
        Entered::Waiting { ticket, displaced }
    }

    /// A turn of the client ends; whoever is returned has the next one.
    pub(super) fn finish(&mut self, client: &Client) -> Option<(Client, W)> {
        self.turns -= 1;
        self.share(client).turns -= 1;
        self.forget_if_idle(client);
        let next = self.order.pop_front()?;
        let waiting = self.take(&next, VecDeque::pop_front)?;
        let share = self.share(&next);
        share.turns += 1;
        if !share.waiting.is_empty() {
            self.order.push_back(next.clone());
        }
        self.turns += 1;
        Some((next, waiting.waiter))
    }

    /// A request no longer waits; `None` if it did not.
    pub(super) fn leave(&mut self, client: &Client, ticket: u64) -> Option<W> {
        let share = self.clients.get(client)?;
        let index = share
            .waiting
            .iter()
            .position(|waiting| waiting.ticket == ticket)?;
        let left = self.take(client, |waiting| waiting.remove(index))?;
        self.forget_those_not_waiting();
        Some(left.waiter)
    }

    /// Displaces until another request fits; where it never does, everybody stays.
    fn make_room(&mut self, client: &Client, bytes: u64) -> Option<Vec<W>> {
        let mut displaced = Vec::new();
        while !self.fits(bytes) {
            let Some(victim) = self.greedier(client, bytes) else {
                for (victim, waiting) in displaced.into_iter().rev() {
                    self.put(&victim, waiting);
                }
                return None;
            };
            let waiting = self.take(&victim, VecDeque::pop_back)?;
            displaced.push((victim, waiting));
        }
        self.forget_those_not_waiting();
        let waiters = displaced.into_iter().map(|(_, waiting)| waiting.waiter);
        Some(waiters.collect())
    }

    fn fits(&self, bytes: u64) -> bool {
        self.waiting < self.bounds.waiting
            && self.waiting_bytes.saturating_add(bytes) <= self.bounds.waiting_bytes
    }

    /// The client that has most of what is scarce, if that is more than this one would come to have.
    fn greedier(&self, client: &Client, bytes: u64) -> Option<Client> {
        let lacks_places = self.waiting >= self.bounds.waiting;
        let has = |share: &Share<W>| {
            if lacks_places {
                (share.turns + share.waiting.len()) as u64
            } else {
                share.waiting_bytes
            }
        };
        let asked = if lacks_places { 1 } else { bytes };
        let own = self.clients.get(client).map_or(0, has);
        let waiting = self
            .clients
            .iter()
            .filter(|(_, share)| !share.waiting.is_empty());
        let (most, share) = waiting.max_by_key(|(_, share)| has(share))?;
        (has(share) > own.saturating_add(asked)).then(|| most.clone())
    }

    fn share(&mut self, client: &Client) -> &mut Share<W> {
        self.clients.entry(client.clone()).or_insert_with(|| Share {
            turns: 0,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
        })
    }

    fn put(&mut self, client: &Client, waiting: Waiting<W>) {
        self.waiting += 1;
        self.waiting_bytes += waiting.bytes;
        let share = self.share(client);
        share.waiting_bytes += waiting.bytes;
        share.waiting.push_back(waiting);
    }

    fn take(
        &mut self,
        client: &Client,
        out_of: impl FnOnce(&mut VecDeque<Waiting<W>>) -> Option<Waiting<W>>,
    ) -> Option<Waiting<W>> {
        let share = self.clients.get_mut(client)?;
        let waiting = out_of(&mut share.waiting)?;
        share.waiting_bytes -= waiting.bytes;
        self.waiting -= 1;
        self.waiting_bytes -= waiting.bytes;
        Some(waiting)
    }

    fn forget_those_not_waiting(&mut self) {
        let clients = &mut self.clients;
        let waits = |share: &Share<W>| !share.waiting.is_empty();
        self.order
            .retain(|client| clients.get(client).is_some_and(waits));
        clients.retain(|_, share| share.turns > 0 || waits(share));
    }

    fn forget_if_idle(&mut self, client: &Client) {
        let is_idle = |share: &Share<W>| share.turns == 0 && share.waiting.is_empty();
        if self.clients.get(client).is_some_and(is_idle) {
            self.clients.remove(client);
        }
    }
}
