//! An engine of the test's own, which it may kill, starve and give another runtime. Its files are in memory.

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::{ImportImageOptionsBuilder, ListImagesOptions};
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Map, Value, json};
use synthsmith_sandbox::{Config, Engine};
use synthsmith_testkit::{engine_or_skip, say};

use crate::life::docker;

/// The sandbox's image, and some room.
const SIZE: &str = "size=2g";
const ANSWERS_WITHIN_SECONDS: u64 = 120;
const STARTS_WITHIN: Duration = Duration::from_mins(1);
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(100);

/// The usual runtime, but for a filter of system calls that lets no container make namespaces. It is made of a script.
pub(crate) const NO_NAMESPACES: &str = "no-namespaces";
const WITHOUT_NAMESPACES: &str = r#"#!/bin/sh
for argument; do
    [ "$before" != --bundle ] || sed -i 's/"umount2","clone"/"umount2"/' "$argument/config.json"
    before=$argument
done
exec runc "$@"
"#;

pub(crate) struct SecondEngine {
    place: PathBuf,
    runtimes: &'static [&'static str],
    /// What keeps the containers, so that those outlive the daemon.
    keeper: Child,
    /// `None` after it was killed.
    daemon: Option<Child>,
}

impl SecondEngine {
    /// With the image of the first engine. `None` where the machine cannot have one, which is said.
    pub(crate) async fn start(test: &str, runtimes: &'static [&'static str]) -> Option<Self> {
        if !engine_or_skip(test) {
            return None;
        }
        if let Some(lack) = lack(runtimes) {
            say(&format!("left out: {test}, since {lack}"));
            return None;
        }
        let name = format!("synthsmith-engine-{}", std::process::id());
        let place = std::env::temp_dir().join(name);
        std::fs::create_dir(&place).unwrap();
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(&place);
        assert!(mounted.status().unwrap().success());
        let engine = Self {
            runtimes,
            keeper: keeper(&place),
            daemon: Some(daemon(&place, runtimes)),
            place,
        };
        engine.answers().await;
        engine.carry_image().await;
        Some(engine)
    }

    pub(crate) fn config(&self) -> Config {
        Config {
            docker_host: host(&self.place),
            pool_size: 0,
            ..Config::default()
        }
    }

    pub(crate) fn docker(&self) -> Docker {
        let version = bollard::API_DEFAULT_VERSION;
        Docker::connect_with_unix(&host(&self.place), ANSWERS_WITHIN_SECONDS, version).unwrap()
    }

    /// As a crash does.
    pub(crate) fn kill(&mut self) {
        let mut daemon = self.daemon.take().unwrap();
        daemon.kill().unwrap();
        daemon.wait().unwrap();
    }

    pub(crate) async fn start_again(&mut self) {
        self.daemon = Some(daemon(&self.place, self.runtimes));
        self.answers().await;
    }

    /// Leaves no room for anything until the file is removed.
    pub(crate) fn fill(&self) -> Filler {
        let path = self.place.join("filler");
        let mut file = File::create(&path).unwrap();
        for size in [1 << 20, 4096, 1] {
            while file.write(&vec![0; size]).is_ok_and(|written| written > 0) {}
        }
        Filler(path)
    }

    /// The first engine may have several images, of which the newest is most likely the one of this build.
    pub(crate) async fn carry_image(&self) {
        let first = Engine::connect(&Config::default()).await.unwrap();
        first.build_sandbox_image().await.unwrap();
        let second = Engine::connect(&self.config()).await.unwrap();
        let mut images = docker()
            .await
            .list_images(None::<ListImagesOptions>)
            .await
            .unwrap();
        images.sort_by_key(|image| -image.created);
        let tags = images.iter().flat_map(|image| &image.repo_tags);
        for tag in tags.filter(|tag| tag.starts_with("synthsmith-sandbox:")) {
            if second.has_sandbox_image().await.unwrap() {
                return;
            }
            self.carry(tag.clone()).await;
        }
        assert!(second.has_sandbox_image().await.unwrap());
    }

    async fn carry(&self, tag: String) {
        let options = ImportImageOptionsBuilder::default().quiet(true).build();
        let (sender, archive) = futures::channel::mpsc::channel(16);
        let first = docker().await;
        let export = first.export_image(&tag).map(Ok).forward(sender);
        let second = self.docker();
        let import = second.import_image_stream(options, archive, None);
        let (exported, imported) = tokio::join!(export, import.try_collect::<Vec<_>>());
        exported.unwrap();
        imported.unwrap();
    }

    async fn answers(&self) {
        let answers = async {
            // Its socket is there before it answers.
            while !self.place.join("socket").exists() || self.docker().ping().await.is_err() {
                tokio::time::sleep(BETWEEN_QUESTIONS).await;
            }
        };
        let answered = tokio::time::timeout(STARTS_WITHIN, answers).await;
        answered.unwrap_or_else(|_| panic!("{}", self.log()));
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.place.join("log")).unwrap_or_default()
    }
}

/// Ends the daemon in peace, so that it ends what it started; then nothing is left of its files.
impl Drop for SecondEngine {
    fn drop(&mut self) {
        for child in self.daemon.iter_mut().chain([&mut self.keeper]) {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
        for process in processes_of(&self.place) {
            let _ = Command::new("kill").args(["-KILL", &process]).status();
        }
        let _ = Command::new("umount")
            .args(["--recursive", "--lazy"])
            .arg(&self.place)
            .status();
        let _ = std::fs::remove_dir(&self.place);
    }
}

pub(crate) struct Filler(PathBuf);

impl Drop for Filler {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Why there cannot be a second engine.
fn lack(runtimes: &[&str]) -> Option<String> {
    let usual = ["dockerd", "containerd", "runc", "mount"];
    let runtimes = runtimes.iter().filter(|name| **name != NO_NAMESPACES);
    let mut needed = usual.iter().chain(runtimes);
    if let Some(program) = needed.find(|program| path_of(program).is_none()) {
        return Some(format!("{program} is not installed"));
    }
    (!is_root()).then(|| "only root starts a second engine".to_owned())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn path_of(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// The processes that are told of the place: after an accident, those that mind the containers.
fn processes_of(place: &Path) -> Vec<String> {
    let place = place.to_str().unwrap();
    let of_place = |process: &String| {
        let line = std::fs::read_to_string(format!("/proc/{process}/cmdline"));
        line.is_ok_and(|line| line.contains(place))
    };
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(of_place)
        .collect()
}

fn log(place: &Path) -> File {
    let mut options = File::options();
    options.create(true).append(true);
    options.open(place.join("log")).unwrap()
}

fn keeper(place: &Path) -> Child {
    let settings = format!(
        "version = 2\nroot = '{0}/keeper'\nstate = '{0}/keeper-state'\n\
         disabled_plugins = ['io.containerd.grpc.v1.cri']\n[grpc]\naddress = '{0}/keeper.sock'\n",
        place.display()
    );
    std::fs::write(place.join("keeper.toml"), settings).unwrap();
    let log = log(place);
    Command::new("containerd")
        .arg("--config")
        .arg(place.join("keeper.toml"))
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Without a network of its own, and apart from the first engine in all that it keeps.
fn daemon(place: &Path, runtimes: &[&str]) -> Child {
    let log = log(place);
    let at = |option: &str, name: &str| format!("--{option}={}", place.join(name).display());
    std::fs::write(place.join("config"), runtime_table(place, runtimes)).unwrap();
    let script = place.join(NO_NAMESPACES);
    std::fs::write(&script, WITHOUT_NAMESPACES).unwrap();
    std::fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    Command::new("dockerd")
        .args([at("data-root", "data"), at("exec-root", "exec")])
        .args([at("pidfile", "pid"), at("config-file", "config")])
        .arg(format!("--host={}", host(place)))
        .args(["--bridge=none", "--iptables=false", "--ip-forward=false"])
        .arg(at("containerd", "keeper.sock"))
        .arg("--storage-driver=overlay2")
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// No program gets a network, so gVisor needs none; where it is older than the kernel, it could not make one.
fn runtime_table(place: &Path, runtimes: &[&str]) -> String {
    let runtime = |name: &&str| {
        let settings = match path_of(name) {
            Some(path) => json!({ "path": path, "runtimeArgs": ["--network=none"] }),
            None => json!({ "path": place.join(name) }),
        };
        ((*name).to_owned(), settings)
    };
    let table: Map<String, Value> = runtimes.iter().map(runtime).collect();
    json!({ "runtimes": table }).to_string()
}

fn host(place: &Path) -> String {
    format!("unix://{}", place.join("socket").display())
}
