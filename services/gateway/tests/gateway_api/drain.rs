//! A gateway that is asked to end.

use crate::harness::{Stage, config, try_start};
use crate::mock::Act;

#[tokio::test]
async fn a_drain_waits_for_the_answer_in_flight_and_stores_it() {
    let stage = Stage::set([Act::AnswerWhenReleased]).await;
    let mut client = stage.client();
    let caller = tokio::spawn(async move { client.ask("q").await });
    stage.mock.arrived(1).await;
    let Stage {
        mock,
        folder,
        gateway,
    } = stage;
    let drained = tokio::spawn(gateway.drain());
    mock.release(1);
    assert_eq!(caller.await.unwrap().unwrap().content, "released");
    drained.await.unwrap().unwrap();
    let gateway = try_start(config(&mock, folder.path())).await.unwrap();
    let stage = Stage {
        mock,
        folder,
        gateway,
    };
    assert!(stage.ask("q").await.unwrap().from_store);
}
