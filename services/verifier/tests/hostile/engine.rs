//! The container engine, asked past the verifier; and one that can be made to fail.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

const OWNED: &str =
    "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22synthsmith.sandbox%3D1%22%5D%7D";

const MOMENT: Duration = Duration::from_millis(300);
/// A container that waits uses next to none; one that works, on a busy machine, a good part of the moment.
const WORK: Duration = Duration::from_millis(20);

/// The engine's socket, if it is one.
fn socket() -> PathBuf {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    let path = host
        .strip_prefix("unix://")
        .unwrap_or("/var/run/docker.sock");
    PathBuf::from(path)
}

/// The containers of the sandboxes of a process.
pub(crate) async fn containers_of(process: u32) -> Vec<String> {
    let listed = ask("GET", OWNED).await;
    // The engine lists one object per container; its owner is a label: place, process, start, number.
    let owner = |object: &str| {
        let label = object.split("\"synthsmith.owner\":\"").nth(1)?;
        let words = label.split('"').next()?;
        words.split(' ').nth(1)?.parse::<u32>().ok()
    };
    listed
        .split("{\"Id\":\"")
        .skip(1)
        .filter(|object| owner(object) == Some(process))
        .filter_map(|object| object.split('"').next().map(str::to_owned))
        .collect()
}

pub(crate) async fn own_containers() -> Vec<String> {
    containers_of(std::process::id()).await
}

/// Those of a moment in which they use the CPU.
pub(crate) async fn working_containers() -> Vec<String> {
    let mut before = Vec::new();
    for id in own_containers().await {
        let cpu_time = cpu_time_of(&id).await;
        before.push((id, cpu_time));
    }
    tokio::time::sleep(MOMENT).await;
    let mut working = Vec::new();
    for (id, cpu_time) in before {
        if cpu_time_of(&id).await > cpu_time.map(|cpu_time| cpu_time + WORK) {
            working.push(id);
        }
    }
    working
}

/// `None`: it is gone.
async fn cpu_time_of(id: &str) -> Option<Duration> {
    let path = format!("/containers/{id}/stats?stream=false&one-shot=true");
    let told = ask("GET", &path).await;
    // The first one is of now; another may follow, of an earlier moment.
    let figure = told.split("\"total_usage\":").nth(1)?;
    let digits = figure.split(|letter: char| !letter.is_ascii_digit()).next();
    digits?.parse().ok().map(Duration::from_nanos)
}

/// What an operator does by hand.
pub(crate) async fn remove_container(id: &str) {
    ask("DELETE", &format!("/containers/{id}?force=1")).await;
}

async fn ask(method: &str, path: &str) -> String {
    let mut engine = UnixStream::connect(socket()).await.unwrap();
    let request = format!("{method} {path} HTTP/1.0\r\nHost: engine\r\n\r\n");
    engine.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    engine.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// How an engine behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    /// It hangs up at once, as one that is being restarted.
    Gone,
    /// It answers every request with this status and message.
    Refusing(u16, &'static str),
}

/// An engine of the test's own that passes everything on to the real one, as long as it is well.
pub(crate) struct Engine {
    path: PathBuf,
    mood: watch::Sender<Mood>,
    serving: AbortHandle,
}

impl Engine {
    pub(crate) fn listen() -> Self {
        let path =
            std::env::temp_dir().join(format!("synthsmith-engine-{}.sock", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).unwrap();
        let (mood, moods) = watch::channel(Mood::Well);
        let serving = tokio::spawn(serve(listener, moods)).abort_handle();
        Self {
            path,
            mood,
            serving,
        }
    }

    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Cuts all connections and behaves so from now on.
    pub(crate) fn become_so(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.serving.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn serve(listener: UnixListener, moods: watch::Receiver<Mood>) {
    let real: Arc<Path> = socket().into();
    while let Ok((client, _)) = listener.accept().await {
        let (mut moods, real) = (moods.clone(), Arc::clone(&real));
        let mood = *moods.borrow_and_update();
        tokio::spawn(async move {
            tokio::select! {
                () = answer(client, mood, &real) => {}
                _ = moods.changed() => {}
            }
        });
    }
}

async fn answer(mut client: UnixStream, mood: Mood, real: &Path) {
    match mood {
        Mood::Gone => {}
        Mood::Well => {
            if let Ok(mut engine) = UnixStream::connect(real).await {
                let _ = copy_bidirectional(&mut client, &mut engine).await;
            }
        }
        Mood::Refusing(status, message) => {
            let _ = client.read(&mut [0; 4096]).await;
            let body = format!("{{\"message\":\"{message}\"}}");
            let head = format!(
                "HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let _ = client.write_all((head + &body).as_bytes()).await;
        }
    }
}
