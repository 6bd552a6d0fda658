//! What holds of the queue whatever happens.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::fair::{Bounds, Entered, Fair};
use crate::client::Client;

const CLIENTS: usize = 4;

#[derive(Debug, Clone)]
enum Step {
    Enter {
        client: usize,
        bytes: u64,
    },
    /// One of the turns ends.
    Finish(prop::sample::Index),
    /// One of those that wait leaves.
    Leave(prop::sample::Index),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..CLIENTS, 0_u64..40).prop_map(|(client, bytes)| Step::Enter { client, bytes }),
        2 => any::<prop::sample::Index>().prop_map(Step::Finish),
        1 => any::<prop::sample::Index>().prop_map(Step::Leave),
    ];
    prop::collection::vec(step, 0..120)
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (1_usize..4, 0_usize..8, 0_u64..120).prop_map(|(turns, waiting, waiting_bytes)| Bounds {
        turns,
        waiting,
        waiting_bytes,
    })
}

fn client(number: usize) -> Client {
    Client::Named(number.to_string().into())
}

#[derive(Debug, Clone, Copy)]
struct Request {
    number: u64,
    client: usize,
    bytes: u64,
    ticket: u64,
}

/// The queue, and beside it who should be where.
struct World {
    fair: Fair<u64>,
    bounds: Bounds,
    running: Vec<Request>,
    waiting: Vec<Request>,
    entered: u64,
}

impl World {
    fn new(bounds: Bounds) -> Self {
        Self {
            fair: Fair::new(bounds),
            bounds,
            running: Vec::new(),
            waiting: Vec::new(),
            entered: 0,
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Enter { client, bytes } => self.enter(*client, *bytes),
            Step::Finish(index) if !self.running.is_empty() => {
                let ended = index.index(self.running.len());
                self.finish(ended);
            }
            Step::Leave(index) if !self.waiting.is_empty() => {
                let leaving = self.waiting.remove(index.index(self.waiting.len()));
                let left = self.fair.leave(&client(leaving.client), leaving.ticket);
                assert_eq!(left, Some(leaving.number));
            }
            Step::Finish(_) | Step::Leave(_) => {}
        }
    }

    fn enter(&mut self, asking: usize, bytes: u64) {
        let mut request = Request {
            number: self.entered,
            client: asking,
            bytes,
            ticket: u64::MAX,
        };
        self.entered += 1;
        match self.fair.enter(&client(asking), bytes, request.number) {
            Entered::Turn => self.running.push(request),
            Entered::Refused => assert!(
                self.waiting.len() == self.bounds.waiting
                    || self.waiting_bytes() + bytes > self.bounds.waiting_bytes,
                "refused although there is room"
            ),
            Entered::Waiting { ticket, displaced } => {
                for number in displaced {
                    self.displace(number, asking);
                }
                request.ticket = ticket;
                self.waiting.push(request);
            }
        }
    }

    /// Only the youngest request of another client may go.
    fn displace(&mut self, number: u64, asking: usize) {
        let at = self
            .waiting
            .iter()
            .position(|request| request.number == number);
        let victim = self.waiting.remove(at.expect("it waited"));
        assert_ne!(victim.client, asking);
        let younger =
            |request: &&Request| request.client == victim.client && request.number > victim.number;
        assert_eq!(self.waiting.iter().filter(younger).count(), 0);
    }

    /// Returns the client that has the turn now.
    fn finish(&mut self, ended: usize) -> Option<usize> {
        let ended = self.running.remove(ended);
        let (_, number) = self.fair.finish(&client(ended.client))?;
        let at = self
            .waiting
            .iter()
            .position(|request| request.number == number);
        let next = self.waiting.remove(at.expect("it waited"));
        let is_oldest =
            |request: &Request| request.client != next.client || request.number > next.number;
        assert!(
            self.waiting.iter().all(is_oldest),
            "the oldest of a client comes first"
        );
        self.running.push(next);
        Some(next.client)
    }

    fn waiting_bytes(&self) -> u64 {
        self.waiting.iter().map(|request| request.bytes).sum()
    }

    fn check(&self) {
        assert!(self.running.len() <= self.bounds.turns, "too many turns");
        assert!(self.waiting.len() <= self.bounds.waiting, "too many wait");
        assert!(
            self.waiting_bytes() <= self.bounds.waiting_bytes,
            "too much waits"
        );
        assert_eq!(self.fair.waiting(), self.waiting.len());
        let is_idle = self.running.len() < self.bounds.turns;
        assert!(
            !is_idle || self.waiting.is_empty(),
            "someone waits while a turn is free"
        );
    }
}

proptest! {
    #[test]
    fn the_bounds_hold_and_no_turn_is_wasted(bounds in bounds(), steps in steps()) {
        let mut world = World::new(bounds);
        for step in &steps {
            world.take(step);
            world.check();
        }
        // Whoever was taken on gets a turn in the end.
        while !world.running.is_empty() {
            world.finish(0);
            world.check();
        }
        prop_assert!(world.waiting.is_empty());
    }

    #[test]
    fn each_client_that_waits_gets_one_turn_of_a_round(bounds in bounds(), steps in steps()) {
        let mut world = World::new(bounds);
        for step in &steps {
            world.take(step);
        }
        let clients: BTreeSet<usize> = world.waiting.iter().map(|request| request.client).collect();
        let oldest = |client: &usize| {
            let numbers = world.waiting.iter().filter(|request| request.client == *client);
            numbers.map(|request| request.number).min()
        };
        let oldest: BTreeSet<u64> = clients.iter().filter_map(oldest).collect();
        for _ in &clients {
            world.finish(0);
            // Someone who asks for more does not come sooner.
            world.enter(0, 0);
        }
        prop_assert!(world.waiting.iter().all(|request| !oldest.contains(&request.number)));
    }

    #[test]
    fn a_flood_does_not_keep_a_single_request_out(
        turns in 1_usize..4,
        waiting in 1_usize..8,
        flood in 10_usize..40,
    ) {
        let bounds = Bounds { turns, waiting, waiting_bytes: u64::MAX };
        let mut world = World::new(bounds);
        for _ in 0..flood {
            world.enter(0, 1);
        }
        world.enter(1, 1);
        // However the flood goes on, the request stays, and its turn comes next but one.
        for _ in 0..flood {
            world.enter(0, 1);
        }
        prop_assert!(world.waiting.iter().any(|request| request.client == 1));
        let served = [world.finish(0), world.finish(0)];
        prop_assert!(served.contains(&Some(1)), "{:?}", served);
        world.check();
    }
}
