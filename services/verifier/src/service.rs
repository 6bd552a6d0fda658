//! The gRPC edge: decode, wait for a turn, call, encode.

mod arriving;
mod entries;
pub(crate) mod intake;
mod unreadable;

use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt as _};
use synthsmith_daemon::{Component, Context, Parts};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::verifier_service_server::{
    VerifierService as Contract, VerifierServiceServer,
};
use synthsmith_rpc::client::MAX_MESSAGE_BYTES;
use synthsmith_rpc::error::into_status;
use synthsmith_sandbox::{DockerSandbox, Sandbox};
use tonic::{Request, Response, Status};

use intake::Intake;
use unreadable::Readable;

use crate::deadline::Deadline;
use crate::execute::execute;
use crate::http::{self, Edges};
use crate::judge::{Test, Tests, judge};
use crate::kept::Kept;
use crate::queue::Queue;
use crate::wire::{self, Decoder};
use crate::{Config, Error, metrics};

#[derive(Debug, Clone)]
pub struct VerifierService {
    sandbox: Arc<dyn Sandbox>,
    queue: Queue,
    kept: Kept,
    config: Arc<Config>,
}

// === impl VerifierService ===

impl Component for VerifierService {
    const NAME: &'static str = "verifier";
    const DEFAULT_PORT: u16 = 7106;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        metrics::begin();
        let sandbox = DockerSandbox::open(config.sandbox())
            .await
            .map_err(Error::OpenSandbox)?;
        if let Err(error) = sandbox.check_images(&config.languages).await {
            sandbox.close().await;
            return Err(Error::OpenSandbox(error).into());
        }
        let sandbox = Arc::new(sandbox);
        let service = Self::new(config, Arc::clone(&sandbox) as Arc<dyn Sandbox>);
        let http = service.config.http.then(|| service.http_router());
        let port = service.config.http_port();
        let mut parts = context.grpc(service.into_server(), FILE_DESCRIPTOR_SET)?;
        if let Some(router) = http {
            parts = parts.and_http(port, router);
        }
        Ok(parts.closing(async move { sandbox.close().await }))
    }
}

impl VerifierService {
    pub fn new(config: Config, sandbox: Arc<dyn Sandbox>) -> Self {
        Self {
            sandbox,
            queue: Queue::new(config.queue()),
            kept: Kept::new(config.max_kept_bytes),
            config: Arc::new(config),
        }
    }

    /// The HTTP protocols, with the same turns.
    pub fn http_router(&self) -> axum::Router {
        let sandbox = Arc::clone(&self.sandbox);
        let config = Arc::clone(&self.config);
        http::router(Edges::new(sandbox, self.queue.clone(), config))
    }

    pub fn into_server(self) -> Readable<VerifierServiceServer<Self>> {
        let max_request_bytes = self.config.max_message_bytes();
        let intake = Intake::new(self.config.max_incoming_bytes());
        let max_inputs = self.config.max_inputs;
        let server = VerifierServiceServer::new(self)
            .max_decoding_message_size(max_request_bytes)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        Readable {
            server,
            intake,
            max_inputs,
        }
    }

    fn decoder(&self) -> Decoder<'_> {
        Decoder::new(&self.config, &self.kept)
    }

    /// Of a turn that begins now.
    fn deadline(&self, of_call: Option<Deadline>) -> Deadline {
        Deadline::after(self.config.max_turn()).earlier(of_call)
    }

    async fn judged(
        &self,
        request: Request<pb::JudgeProgramRequest>,
    ) -> Result<pb::JudgeProgramResponse, Error> {
        let mut decoder = self.decoder();
        let client = decoder.client(&request);
        let of_call = request.extensions().get().copied();
        let judgement = decoder.judgement(request.into_inner())?;
        let _turn = self.queue.turn(&client, judgement.size_bytes()).await?;
        let judgement = judgement.with_tests(|tests| self.found(tests))?;
        tokio::select! {
            judged = judge(self.sandbox.as_ref(), judgement) => judged.map(wire::judged),
            error = self.deadline(of_call).passed() => Err(error),
        }
    }

    fn found(&self, tests: Tests) -> Result<Arc<[Test]>, Error> {
        match tests {
            Tests::Given(tests) => Ok(tests),
            Tests::Kept(digest) => {
                let tests = self.kept.tests(&digest);
                tests.ok_or_else(|| wire::unknown_suite(&digest))
            }
        }
    }

    async fn executed(
        &self,
        request: Request<pb::ExecuteProgramRequest>,
    ) -> Result<ExecuteStream, Error> {
        let mut decoder = self.decoder();
        let client = decoder.client(&request);
        let of_call = request.extensions().get().copied();
        let execution = decoder.execution(request.into_inner())?;
        let turn = self.queue.turn(&client, execution.size_bytes()).await?;
        let deadline = self.deadline(of_call);
        let events = execute(Arc::clone(&self.sandbox), execution, turn, deadline);
        let answers =
            events.map(|event| event.map(wire::event).map_err(|error| into_status(&error)));
        Ok(Box::pin(answers))
    }

    async fn source_put(
        &self,
        request: Request<pb::PutProgramRequest>,
    ) -> Result<pb::PutProgramResponse, Error> {
        let mut decoder = self.decoder();
        decoder.client(&request);
        let source = decoder.source(request.into_inner())?;
        let digest = self.kept.put_source(source).await.to_string();
        Ok(pb::PutProgramResponse { digest })
    }

    async fn suite_put(
        &self,
        request: Request<pb::PutTestSuiteRequest>,
    ) -> Result<pb::PutTestSuiteResponse, Error> {
        let mut decoder = self.decoder();
        decoder.client(&request);
        // Until it is kept, it counts as something that is being received.
        let (_, _portion, request) = request.into_parts();
        let suite = decoder.suite(request)?;
        let digest = self.kept.put_suite(suite).await.to_string();
        Ok(pb::PutTestSuiteResponse { digest })
    }
}

type ExecuteStream = Pin<Box<dyn Stream<Item = Result<pb::ExecuteProgramResponse, Status>> + Send>>;

#[tonic::async_trait]
impl Contract for VerifierService {
    type ExecuteProgramStream = ExecuteStream;

    async fn execute_program(
        &self,
        request: Request<pb::ExecuteProgramRequest>,
    ) -> Result<Response<ExecuteStream>, Status> {
        self.executed(request)
            .await
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }

    async fn judge_program(
        &self,
        request: Request<pb::JudgeProgramRequest>,
    ) -> Result<Response<pb::JudgeProgramResponse>, Status> {
        self.judged(request)
            .await
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }

    async fn put_program(
        &self,
        request: Request<pb::PutProgramRequest>,
    ) -> Result<Response<pb::PutProgramResponse>, Status> {
        self.source_put(request)
            .await
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }

    async fn put_test_suite(
        &self,
        request: Request<pb::PutTestSuiteRequest>,
    ) -> Result<Response<pb::PutTestSuiteResponse>, Status> {
        self.suite_put(request)
            .await
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }
}
