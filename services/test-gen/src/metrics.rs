//! What the service counts.

use synthsmith_corpus::InputSource;

use crate::generate::Generated;

/// Inputs that were given out, by the method that made them.
const INPUTS: &str = "synthsmith_test_gen_inputs_total";
/// Methods and inputs that were rejected, by reason.
const REJECTIONS: &str = "synthsmith_test_gen_rejections_total";

pub(crate) fn count_inputs(generated: &Generated) {
    for input in &generated.inputs {
        metrics::counter!(INPUTS, "source" => name(input.source)).increment(1);
    }
    for rejection in &generated.rejections {
        let (source, reason) = (name(rejection.source), rejection.reason.as_str());
        metrics::counter!(REJECTIONS, "source" => source, "reason" => reason).increment(1);
    }
}

fn name(source: InputSource) -> &'static str {
    match source {
        InputSource::Prompt => "prompt",
        InputSource::Generator => "generator",
    }
}
