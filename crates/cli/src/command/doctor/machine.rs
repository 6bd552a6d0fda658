//! The machine that programs run on.

use std::fs;

use super::finding::Finding;

/// Memory below which the sandbox's defaults do not fit.
const MIN_MEMORY_MIB: u64 = 2048;
/// Programs of which one must be there to make the sandbox's base image without a registry.
const BOOTSTRAPS: [&str; 2] = ["mmdebstrap", "debootstrap"];

pub(super) fn platform() -> Finding {
    let platform = format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH);
    if std::env::consts::OS == "linux" && std::env::consts::ARCH == "x86_64" {
        return Finding::fine("machine", platform);
    }
    Finding::lacking("machine", platform, "use Linux on x86-64")
}

pub(super) fn memory() -> Finding {
    let table = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let available = table
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    match available.map(|kib| kib / 1024) {
        Some(mib) if mib < MIN_MEMORY_MIB => Finding::lacking(
            "memory",
            format!("{mib} MiB available"),
            format!("free at least {MIN_MEMORY_MIB} MiB: candidates get 512 MiB each"),
        ),
        Some(mib) => Finding::fine("memory", format!("{mib} MiB available")),
        None => Finding::fine("memory", "unknown"),
    }
}

/// Only needed where `debian:bookworm-slim` cannot be pulled.
pub(super) fn bootstrap() -> Finding {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there =
        |name: &&&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    match BOOTSTRAPS.iter().find(is_there) {
        Some(name) => Finding::fine(
            "base image",
            format!("{name} can make it without a registry"),
        ),
        None => Finding::lacking(
            "base image",
            "neither mmdebstrap nor debootstrap is installed; without a registry the image cannot be made",
            "sudo apt-get install mmdebstrap",
        ),
    }
}
