use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tonic::server::NamedService;
use tonic::transport::server::TcpIncoming;

use super::*;

/// A service that answers every call with the address it is at, and goes on with an answer that was asked to be long.
#[derive(Clone)]
struct Where(SocketAddr);

const LONG: &str = "/test.Where/AskAtLength";

impl NamedService for Where {
    const NAME: &'static str = "test.Where";
}

impl Service<Request<Body>> for Where {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let body = if request.uri().path() == LONG {
            let first = Ok::<_, Status>(Frame::data(Bytes::from_static(b"at length")));
            let never = futures::stream::pending();
            Body::new(StreamBody::new(futures::stream::iter([first]).chain(never)))
        } else {
            Body::default()
        };
        let mut response = Response::new(body);
        let address = self.0.to_string().parse().unwrap();
        response.headers_mut().insert("at", address);
        ready(Ok(response))
    }
}

/// A replica whose connections end with it, as those of a process do.
struct Replica {
    address: SocketAddr,
    runtime: Runtime,
}

impl Replica {
    fn start(address: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = std::net::TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            let server = tonic::transport::Server::builder().add_service(Where(address));
            server
                .serve_with_incoming(TcpIncoming::from(listener))
                .await
        });
        Self { address, runtime }
    }

    fn kill(self) -> SocketAddr {
        self.runtime.shutdown_background();
        self.address
    }
}

fn channel(address: &str) -> Balanced {
    Balanced::start(address.parse().unwrap(), Dial { tls: None })
}

/// Where a call went, or why it failed.
async fn ask(channel: &mut Balanced) -> Result<SocketAddr, Status> {
    let request = Request::post("/test.Where/Ask")
        .body(Body::default())
        .unwrap();
    let response = channel.call(request).await?;
    Ok(response.headers()["at"].to_str().unwrap().parse().unwrap())
}

/// How many of some calls went where; none may fail.
async fn spread(channel: &mut Balanced, calls: usize) -> BTreeMap<SocketAddr, usize> {
    let mut spread = BTreeMap::new();
    for _ in 0..calls {
        *spread.entry(ask(channel).await.unwrap()).or_default() += 1;
    }
    spread
}

/// Asks until an answer is as wanted.
async fn until(channel: &mut Balanced, wanted: impl Fn(&Result<SocketAddr, Status>) -> bool) {
    while !wanted(&ask(channel).await) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// On a busy machine one may take longer to say that it is up.
async fn until_all_have_answered(channel: &mut Balanced, replicas: &[&Replica]) {
    for replica in replicas {
        until(channel, |at| *at.as_ref().unwrap() == replica.address).await;
    }
}

#[tokio::test]
async fn calls_go_in_turn_to_all_replicas() {
    let (one, two) = (Replica::start("127.0.0.1:0"), Replica::start("127.0.0.1:0"));
    let mut channel = channel(&format!("http://{},{}", one.address, two.address));
    until_all_have_answered(&mut channel, &[&one, &two]).await;
    let spread = spread(&mut channel, 20).await;
    assert_eq!(
        spread,
        BTreeMap::from([(one.address, 10), (two.address, 10)])
    );
    one.kill();
    two.kill();
}

#[tokio::test]
async fn an_address_where_nobody_answers_costs_no_call() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = nobody.local_addr().unwrap();
    drop(nobody);
    // The system takes connections there, and nobody ever does anything with them.
    let hung = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hung_address = hung.local_addr().unwrap();
    let (one, two) = (Replica::start("127.0.0.1:0"), Replica::start("127.0.0.1:0"));
    let places = [gone, one.address, hung_address, two.address].map(|it| it.to_string());
    let mut channel = channel(&format!("http://{}", places.join(",")));
    spread(&mut channel, 20).await;
    until_all_have_answered(&mut channel, &[&one, &two]).await;
    // Nor have their neighbours more to do than others.
    let spread = spread(&mut channel, 20).await;
    assert_eq!(
        spread,
        BTreeMap::from([(one.address, 10), (two.address, 10)])
    );
    one.kill();
    two.kill();
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_unavailable() {
    let replica = Replica::start("127.0.0.1:0");
    let mut channel = channel(&format!("http://{}", replica.address));
    let request = Request::post(LONG).body(Body::default()).unwrap();
    let mut answer = channel.call(request).await.unwrap().into_body();
    assert!(answer.frame().await.unwrap().unwrap().is_data());
    replica.kill();
    let status = answer.frame().await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
}

#[tokio::test]
async fn a_lost_replica_costs_at_most_one_call_and_comes_back() {
    let (one, two) = (Replica::start("127.0.0.1:0"), Replica::start("127.0.0.1:0"));
    let mut channel = channel(&format!("http://{},{}", one.address, two.address));
    spread(&mut channel, 4).await;
    let lost = one.kill();
    let mut failed = 0;
    for _ in 0..20 {
        failed += usize::from(ask(&mut channel).await.is_err());
    }
    assert!(failed <= 1, "{failed} calls failed");
    let again = Replica::start(&lost.to_string());
    until(&mut channel, |answer| {
        answer.as_ref().is_ok_and(|at| *at == lost)
    })
    .await;
    again.kill();
    two.kill();
}

#[tokio::test]
async fn names_are_looked_up_again() {
    let (one, two) = (Replica::start("127.0.0.1:0"), Replica::start("127.0.0.1:0"));
    let found: Arc<Mutex<io::Result<Vec<SocketAddr>>>> =
        Arc::new(Mutex::new(Ok(vec![one.address])));
    let resolve = {
        let found = Arc::clone(&found);
        move |_, _| {
            let found = match &*found.lock().unwrap() {
                Ok(addresses) => Ok(addresses.clone()),
                Err(error) => Err(io::Error::from(error.kind())),
            };
            ready(found).boxed()
        }
    };
    let address = "http://verifier:7106".parse().unwrap();
    let lookout = Lookout::with_resolver(address, Dial { tls: None }, Box::new(resolve));
    let mut channel = Balanced::watching(lookout);
    assert_eq!(ask(&mut channel).await.unwrap(), one.address);
    *found.lock().unwrap() = Ok(vec![two.address]);
    channel.group.look.notify_one();
    until(&mut channel, |answer| {
        answer.as_ref().is_ok_and(|at| *at == two.address)
    })
    .await;
    *found.lock().unwrap() = Err(io::Error::from(io::ErrorKind::NotFound));
    channel.group.look.notify_one();
    assert_eq!(
        spread(&mut channel, 5).await,
        BTreeMap::from([(two.address, 5)])
    );
    one.kill();
    two.kill();
}

#[tokio::test]
async fn calls_to_one_name_go_to_all_that_it_stands_for() {
    let (one, two) = (Replica::start("127.0.0.1:0"), Replica::start("127.0.0.1:0"));
    let found = [one.address, two.address];
    let resolve = move |_, _| ready(Ok(found.to_vec())).boxed();
    let address = "http://verifier:7106".parse().unwrap();
    let lookout = Lookout::with_resolver(address, Dial { tls: None }, Box::new(resolve));
    let mut channel = Balanced::watching(lookout);
    until_all_have_answered(&mut channel, &[&one, &two]).await;
    let both = spread(&mut channel, 20).await;
    assert_eq!(both, BTreeMap::from([(one.address, 10), (two.address, 10)]));
    one.kill();
    let mut failed = 0;
    for _ in 0..20 {
        failed += usize::from(ask(&mut channel).await.is_err());
    }
    assert!(failed <= 1, "{failed} calls failed");
    two.kill();
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_unavailable_and_named() {
    let mut channel = channel("http://nobody.invalid:7106");
    let status = ask(&mut channel).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("nobody.invalid:7106"), "{status}");
}

#[tokio::test]
async fn nobody_looks_once_the_channel_is_gone() {
    let resolved = Arc::new(());
    let held = Arc::clone(&resolved);
    let resolve = move |_, _| {
        let _ = &held;
        ready(Ok(vec![SocketAddr::from(([127, 0, 0, 1], 1))])).boxed()
    };
    let address = "http://verifier:7106".parse().unwrap();
    let channel = Balanced::watching(Lookout::with_resolver(
        address,
        Dial { tls: None },
        Box::new(resolve),
    ));
    drop(channel);
    while Arc::strong_count(&resolved) > 1 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
