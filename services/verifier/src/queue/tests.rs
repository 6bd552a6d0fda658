use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

fn queue(turns: usize, waiting: usize) -> Queue {
    Queue::new(Bounds {
        turns,
        waiting,
        waiting_bytes: 100,
    })
}

fn client(name: &str) -> Client {
    Client::Named(name.into())
}

/// Polls once, so that the request enters the queue.
macro_rules! poll {
    ($future:expr) => {
        $future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    };
}

fn turn_of<T>(polled: Poll<Result<T, Error>>) -> T {
    match polled {
        Poll::Ready(Ok(turn)) => turn,
        Poll::Ready(Err(error)) => panic!("{error}"),
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn a_turn_that_ends_goes_to_the_next_in_line() {
    let queue = queue(1, 2);
    let (a, b) = (client("a"), client("b"));
    let first = turn_of(poll!(pin!(queue.turn(&a, 1))));
    let mut second = pin!(queue.turn(&a, 1));
    assert!(poll!(second).is_pending());
    let mut third = pin!(queue.turn(&b, 1));
    assert!(poll!(third).is_pending());
    drop(first);
    let second = turn_of(poll!(second));
    assert!(poll!(third).is_pending());
    drop(second);
    turn_of(poll!(third));
}

#[test]
fn who_stops_waiting_frees_the_place() {
    let queue = queue(1, 1);
    let client = client("a");
    let running = turn_of(poll!(pin!(queue.turn(&client, 1))));
    {
        let mut waiting = pin!(queue.turn(&client, 1));
        assert!(poll!(waiting).is_pending());
        let refused = poll!(pin!(queue.turn(&client, 1)));
        assert!(matches!(refused, Poll::Ready(Err(Error::QueueFull { .. }))));
    }
    let mut waiting = pin!(queue.turn(&client, 1));
    assert!(poll!(waiting).is_pending());
    drop(running);
    turn_of(poll!(waiting));
}

#[test]
fn a_turn_that_nobody_takes_up_goes_to_the_next() {
    let queue = queue(1, 2);
    let client = client("a");
    let running = turn_of(poll!(pin!(queue.turn(&client, 1))));
    let mut next = Box::pin(queue.turn(&client, 1));
    assert!(poll!(next).is_pending());
    let mut last = pin!(queue.turn(&client, 1));
    assert!(poll!(last).is_pending());
    drop(running);
    // It has its turn, and is gone before it could notice.
    drop(next);
    turn_of(poll!(last));
}

#[test]
fn who_is_displaced_is_told_and_when_to_come_back() {
    let queue = queue(1, 2);
    let (many, few) = (client("many"), client("few"));
    let _running = turn_of(poll!(pin!(queue.turn(&many, 1))));
    let mut older = pin!(queue.turn(&many, 1));
    let mut younger = pin!(queue.turn(&many, 1));
    assert!(poll!(older).is_pending() && poll!(younger).is_pending());
    let mut single = pin!(queue.turn(&few, 1));
    assert!(poll!(single).is_pending());
    assert!(poll!(older).is_pending());
    let Poll::Ready(Err(Error::Displaced { come_back_in })) = poll!(younger) else {
        panic!("it is displaced");
    };
    assert!(come_back_in.as_secs() >= 1);
}

#[test]
fn what_waits_is_bounded_in_bytes() {
    let queue = queue(1, 10);
    let client = client("a");
    let _running = turn_of(poll!(pin!(queue.turn(&client, 1000))));
    let mut waiting = pin!(queue.turn(&client, 60));
    assert!(poll!(waiting).is_pending());
    let refused = poll!(pin!(queue.turn(&client, 60)));
    assert!(matches!(refused, Poll::Ready(Err(Error::QueueFull { .. }))));
    assert!(poll!(pin!(queue.turn(&client, 40))).is_pending());
}
