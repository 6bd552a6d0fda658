//! What is to contain programs: the engine, and whether it keeps its promises.

use synthsmith_rpc::error::chain;
use synthsmith_sandbox::{DockerSandbox, Engine, Error, Facts};
use synthsmith_verifier::Config;

use super::finding::Finding;
use super::machine;
use crate::output::say;

/// Looks at the engine of the settings; builds the sandbox's image if it is missing and `build` says so.
pub(super) async fn findings(config: &Config, build: bool) -> Vec<Finding> {
    let engine = match Engine::connect(&config.sandbox()).await {
        Ok(engine) => engine,
        Err(error) => return vec![no_engine(&error), machine::bootstrap()],
    };
    let mut findings = vec![found(engine.facts()), protections(engine.facts())];
    match has_image(&engine, build).await {
        Ok(true) => {
            findings.push(Finding::fine("image", "the sandbox's image is built"));
            findings.push(limits(config).await);
        }
        Ok(false) => {
            let text = "not built yet: the first use builds it, or `synthsmith doctor --build`";
            findings.push(Finding::fine("image", text));
            findings.push(machine::bootstrap());
            let text = "not tried, since the image is not built yet";
            findings.push(Finding::fine("limits", text));
        }
        Err(error) => {
            let remedy = "mend what it names, then `synthsmith doctor --build`";
            findings.push(Finding::lacking("image", chain(&error), remedy));
            findings.push(machine::bootstrap());
        }
    }
    findings
}

fn no_engine(error: &Error) -> Finding {
    let remedy = match error {
        Error::EngineMissing { .. } => {
            "sudo apt-get install docker.io && sudo systemctl start docker"
        }
        _ => "use an engine that can, or mend this one; [verifier] docker_host names another",
    };
    Finding::lacking("engine", chain(error), remedy)
}

fn found(facts: &Facts) -> Finding {
    let rights = if facts.rootless {
        "rootless"
    } else {
        "as root"
    };
    Finding::fine(
        "engine",
        format!(
            "{} {} at {}, {rights}, cgroup v{}, runtimes: {}",
            facts.name,
            facts.version,
            facts.host,
            facts.cgroup_version,
            facts.runtimes.join(", ")
        ),
    )
}

/// The engine refuses to be used without seccomp; a profile of `AppArmor` is one fence more where the machine has it.
fn protections(facts: &Facts) -> Finding {
    let apparmor = if facts.has_apparmor() {
        "AppArmor"
    } else {
        "no AppArmor, which would be one fence more"
    };
    Finding::fine("protection", format!("seccomp; {apparmor}"))
}

async fn has_image(engine: &Engine, build: bool) -> Result<bool, Error> {
    let has_image = engine.has_sandbox_image().await?;
    if has_image || !build {
        return Ok(has_image);
    }
    say("building the sandbox's image; this takes a minute or two");
    engine.build_sandbox_image().await.map(|()| true)
}

/// Opening a sandbox proves them.
async fn limits(config: &Config) -> Finding {
    let mut settings = config.sandbox();
    settings.pool_size = settings.pool_size.min(1);
    let sandbox = match DockerSandbox::open(settings).await {
        Ok(sandbox) => sandbox,
        Err(error) => return broken(&error),
    };
    let languages = sandbox.check_images(&config.languages).await;
    sandbox.close().await;
    match languages {
        Ok(()) => Finding::fine(
            "limits",
            "all of them hold, as programs that try to exceed them have shown",
        ),
        Err(error) => broken(&error),
    }
}

fn broken(error: &Error) -> Finding {
    let remedy = "programs would not be contained or not run; docs/errors.md tells more";
    Finding::lacking("limits", chain(error), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(rootless: bool, security: &[&str]) -> Facts {
        Facts {
            host: "unix:///run/x.sock".to_owned(),
            name: "Podman".to_owned(),
            version: "4.3".to_owned(),
            cgroup_version: 2,
            has_seccomp: true,
            rootless,
            runtimes: vec!["crun".to_owned(), "runsc".to_owned()],
            default_runtime: "crun".to_owned(),
            security: security.iter().map(|&option| option.to_owned()).collect(),
        }
    }

    #[test]
    fn an_engine_is_told_with_what_matters_to_containment() {
        let line = found(&facts(true, &[])).found;
        let expected =
            "Podman 4.3 at unix:///run/x.sock, rootless, cgroup v2, runtimes: crun, runsc";
        assert_eq!(line, expected);
    }

    #[test]
    fn an_absent_profile_is_told() {
        let with = protections(&facts(false, &["name=apparmor", "name=seccomp"])).found;
        assert_eq!(with, "seccomp; AppArmor");
        assert!(
            protections(&facts(false, &[]))
                .found
                .contains("no AppArmor")
        );
    }
}
