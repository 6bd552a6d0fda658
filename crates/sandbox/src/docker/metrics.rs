//! What is counted of things that may never happen: from 0, since a rate would not see the first time of a counter that
//! begins with it.

const RETRIES: &str = "synthsmith_sandbox_retries_total";
const RERUNS: &str = "synthsmith_sandbox_reruns_total";

pub(super) fn begin() {
    for name in [RETRIES, RERUNS] {
        metrics::counter!(name).increment(0);
    }
}

/// A run goes on in a new container.
pub(super) fn tried_again() {
    metrics::counter!(RETRIES).increment(1);
}

/// A run near its limit is measured once more.
pub(super) fn measured_again() {
    metrics::counter!(RERUNS).increment(1);
}
