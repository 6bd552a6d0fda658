//! How far a program is kept from others.

use synthsmith_proto::verifier::v1 as pb;
use synthsmith_sandbox::Isolation;

use super::Decoder;
use crate::config::Level;

const MAX_BATCH_BYTES: usize = 256;

impl Decoder<'_> {
    pub(super) fn isolation(&mut self, number: i32, batch: String) -> Isolation {
        let level = match pb::Isolation::try_from(number) {
            Ok(pb::Isolation::Unspecified) => self.config.default_isolation,
            Ok(pb::Isolation::Container) => Level::Container,
            Ok(pb::Isolation::Cell) => Level::Cell,
            Err(_) => {
                let reason = format!("is {number}, which is not on the list");
                self.violations.add("isolation", reason);
                Level::Container
            }
        };
        let has_room = batch.len() <= MAX_BATCH_BYTES;
        let reason = format!("is longer than {MAX_BATCH_BYTES} bytes");
        self.violations.require(has_room, "batch", reason);
        match level {
            Level::Container => Isolation::Container,
            Level::Cell => Isolation::Cell { batch },
        }
    }
}
