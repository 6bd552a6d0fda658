//! The adapter every daemon uses: a model behind the gateway.

use std::time::Duration;

use async_trait::async_trait;
use synthsmith_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use synthsmith_rpc::client::{Connector, InvalidAddress, ItemChannel, MAX_MESSAGE_BYTES};
use tonic::{Code, Request, Status};

use crate::{ChatModel, ChatReply, ChatRequest, Error, wire};

/// The gateway, asked over gRPC.
#[derive(Debug, Clone)]
pub struct GatewayModel {
    client: GatewayServiceClient<ItemChannel>,
    timeout: Duration,
}

// === impl GatewayModel ===

impl GatewayModel {
    /// Asks over `channel` and waits at most `timeout` for each answer.
    ///
    /// An answer that comes later is not lost: the gateway stores it, and asking again finds it.
    pub fn new(channel: ItemChannel, timeout: Duration) -> Self {
        let client = GatewayServiceClient::new(channel)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
            .max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { client, timeout }
    }

    /// The gateway at `address`, for example `http://127.0.0.1:7101`; connects at the first call.
    pub fn connect(
        connector: &Connector,
        address: &str,
        timeout: Duration,
    ) -> Result<Self, InvalidAddress> {
        Ok(Self::new(connector.connect(address)?, timeout))
    }
}

#[async_trait]
impl ChatModel for GatewayModel {
    async fn complete(&self, request: ChatRequest) -> Result<ChatReply, Error> {
        let mut request = Request::new(wire::request(request)?);
        request.set_timeout(self.timeout);
        let answer = self.client.clone().complete_chat(request).await;
        wire::reply(answer.map_err(|status| error(&status))?.into_inner())
    }
}

/// Only what the gateway itself calls wrong is final; whatever else went wrong may pass.
fn error(status: &Status) -> Error {
    let message = status.message().to_owned();
    match status.code() {
        Code::InvalidArgument
        | Code::FailedPrecondition
        | Code::NotFound
        | Code::OutOfRange
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::Unimplemented => Error::Refused {
            message,
            reason: synthsmith_rpc::status::reason(status).unwrap_or_default(),
        },
        _ => Error::Unavailable {
            message,
            retry_after: synthsmith_rpc::retry_delay(status),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_may_pass_from_what_will_not() {
        let table = [
            (Status::unavailable("x"), true),
            (Status::resource_exhausted("x"), true),
            (Status::deadline_exceeded("x"), true),
            (Status::internal("x"), true),
            (Status::unknown("x"), true),
            (Status::invalid_argument("x"), false),
            (Status::failed_precondition("x"), false),
            (Status::not_found("x"), false),
        ];
        for (status, is_retryable) in table {
            assert_eq!(error(&status).is_retryable(), is_retryable, "{status:?}");
        }
    }
}
