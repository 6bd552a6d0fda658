//! A disk that has no room for a checkpoint.

use std::path::Path;

use rustix::mount::{MountFlags, UnmountFlags, mount, mount_remount, unmount};
use serde_json::json;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::create_job_request::Spec;
use synthsmith_proto::trainer::v1::job::State;
use synthsmith_proto::trainer::v1::put_data_request::Kind;

use crate::trainer::{Trainer, lines, sft};

/// A disk of so many KiB, where this process may mount one.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(place: &'a Path, kib: u64) -> Option<Self> {
        let size = std::ffi::CString::new(format!("size={kib}k")).unwrap();
        let flags = MountFlags::empty();
        let mounted = mount("tmpfs", place, "tmpfs", flags, Some(size.as_c_str()));
        mounted.is_ok().then_some(Self(place))
    }

    fn grow(&self, kib: u64) {
        let size = std::ffi::CString::new(format!("size={kib}k")).unwrap();
        mount_remount(self.0, MountFlags::empty(), size.as_c_str()).unwrap();
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = unmount(self.0, UnmountFlags::DETACH);
    }
}

fn losses(steps: &[pb::StepMetrics]) -> Vec<(i64, u64)> {
    let bits = steps.iter().map(|step| (step.step, step.loss.to_bits()));
    bits.collect()
}

#[tokio::test]
async fn a_full_disk_pauses_a_job_which_goes_on_from_its_last_good_checkpoint() {
    let place = tempfile::tempdir().unwrap();
    // The base and one checkpoint have room; the next checkpoint, which is written beside that one, has not.
    let Some(disk) = Disk::mount(place.path(), 12 << 10) else {
        let may_skip = std::env::var_os("SYNTHSMITH_REQUIRE_DOCKER").is_none();
        assert!(may_skip, "this user may not mount a disk");
        println!("skipped: this user may not mount a disk");
        return;
    };
    let nobody = "http://127.0.0.1:1";
    let mut trainer = Trainer::start(place.path(), nobody).await;
    let rows = lines((0..100).map(|index| {
        let (question, answer) = (format!("{index} + 1 ="), (index + 1).to_string());
        json!({"messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]})
    }));
    let data = trainer.put(Kind::Chats, &rows).await;
    let spec = sft(data, 192, 30);
    trainer.create("job", Spec::Sft(spec.clone())).await;
    let (job, steps) = trainer.rested("job").await;
    assert_eq!(
        (job.state(), steps.len()),
        (State::Paused, 20),
        "{}",
        job.error
    );
    assert!(job.error.contains("No space left"), "{}", job.error);

    disk.grow(256 << 10);
    trainer.resume("job").await;
    let (job, after) = trainer.rested("job").await;
    assert_eq!(job.state(), State::Succeeded, "{}", job.error);
    trainer.create("whole", Spec::Sft(spec)).await;
    let (_, whole) = trainer.rested("whole").await;
    assert_eq!(losses(&after), losses(&whole));
    drop(trainer);
}
