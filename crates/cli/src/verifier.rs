//! The verifier, as the command speaks to it.

use synthsmith_proto::corpus::v1::{Compilation, Outcome};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_rpc::client::{Connector, ItemChannel, MAX_MESSAGE_BYTES};
use tonic::{Code, Status};

use crate::exit::Failure;

/// A client of a verifier.
#[derive(Debug, Clone)]
pub(crate) struct Verifier {
    address: String,
    client: VerifierServiceClient<ItemChannel>,
}

/// What a program did on one input.
#[derive(Debug, Default)]
pub(crate) struct Execution {
    pub compilation: Compilation,
    /// `None` where it does not compile.
    pub outcome: Option<Outcome>,
}

impl Verifier {
    pub(crate) fn at(connector: &Connector, address: &str) -> anyhow::Result<Self> {
        let channel = connector
            .connect(address)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Self {
            address: address.to_owned(),
            client: VerifierServiceClient::new(channel)
                .max_decoding_message_size(MAX_MESSAGE_BYTES),
        })
    }

    pub(crate) async fn judge(
        &mut self,
        request: pb::JudgeProgramRequest,
    ) -> anyhow::Result<pb::JudgeProgramResponse> {
        let answer = self.client.judge_program(request).await;
        Ok(answer.map_err(|status| self.failure(&status))?.into_inner())
    }

    /// Runs a program on the one input of the request.
    pub(crate) async fn execute(
        &mut self,
        request: pb::ExecuteProgramRequest,
    ) -> anyhow::Result<Execution> {
        let answer = self.client.execute_program(request).await;
        let mut events = answer.map_err(|status| self.failure(&status))?.into_inner();
        let mut compilation = None;
        let mut execution = Execution::default();
        while let Some(event) = events
            .message()
            .await
            .map_err(|status| self.failure(&status))?
        {
            match event.event {
                Some(Event::Compilation(said)) => compilation = Some(said),
                Some(Event::Outcome(outcome)) => execution.outcome = Some(outcome),
                None => {}
            }
        }
        let untold = |what: &str| Failure::Machine(format!("the verifier told no {what}"));
        execution.compilation = compilation.ok_or_else(|| untold("compilation"))?;
        if !execution.compilation.succeeded {
            execution.outcome = None;
        } else if execution.outcome.is_none() {
            return Err(untold("outcome").into());
        }
        Ok(execution)
    }

    /// A fault is never a verdict: none of them leaves with the exit code of one.
    fn failure(&self, status: &Status) -> Failure {
        let text = status.message();
        match status.code() {
            Code::InvalidArgument => Failure::Usage(text.to_owned()),
            Code::Unavailable => Failure::Machine(format!(
                "the verifier at {} cannot be used: {text}",
                self.address
            )),
            Code::Unimplemented => {
                Failure::Usage(format!("the service at {} is no verifier", self.address))
            }
            Code::ResourceExhausted => Failure::Machine(format!(
                "the verifier at {} has too much to do: {text}; try again later",
                self.address
            )),
            _ => Failure::Machine(format!("the verifier at {} failed: {text}", self.address)),
        }
    }
}
