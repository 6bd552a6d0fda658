//! What the service counts.

use synthsmith_corpus::InputSource;

use crate::generate::Generated;
use crate::select::InputRejectionReason;

/// Inputs that were given out, by the method that made them.
const INPUTS: &str = "synthsmith_test_gen_inputs_total";
/// Methods and inputs that were rejected, by reason.
const REJECTIONS: &str = "synthsmith_test_gen_rejections_total";

/// From 0: a rate would not see the first time of a counter that begins with it.
pub(crate) fn begin() {
    for source in [InputSource::Prompt, InputSource::Generator] {
        metrics::counter!(INPUTS, "source" => name(source)).increment(0);
        for reason in InputRejectionReason::ALL {
            rejections(source, reason).increment(0);
        }
    }
}

pub(crate) fn count_inputs(generated: &Generated) {
    for input in &generated.inputs {
        metrics::counter!(INPUTS, "source" => name(input.source)).increment(1);
    }
    for rejection in &generated.rejections {
        rejections(rejection.source, rejection.reason).increment(1);
    }
}

fn rejections(source: InputSource, reason: InputRejectionReason) -> metrics::Counter {
    metrics::counter!(REJECTIONS, "source" => name(source), "reason" => reason.as_str())
}

fn name(source: InputSource) -> &'static str {
    match source {
        InputSource::Prompt => "prompt",
        InputSource::Generator => "generator",
    }
}
