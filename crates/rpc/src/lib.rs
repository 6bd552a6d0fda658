//! What every gRPC server and client of synthsmith has in common: errors as statuses, the middleware
//! stack, the trace and the item a call belongs to.
//!
//! A call travels: client → [`client::Propagate`] puts trace and item into the headers → the
//! server's stack ([`server::guard`]) takes them out, observes, admits, limits and rescues → the handler.
//! Nothing here knows any service.

pub mod error;
pub mod status;

pub mod client;
pub mod server;

pub mod item;
pub mod page;
pub mod trace_context;

mod authorize;
mod deadline;
mod holding;
mod observe;
mod observed_body;
mod rescue;

pub use authorize::{Access, Caller};
pub use error::{ErrorCode, RpcError, Violations};
pub use holding::Holding;
pub use item::Item;
pub use observe::Methods;
pub use status::{is_retryable, retry_delay};
