//! Who may call a daemon, and how connections are protected.
//!
//! A caller shows a [`Key`]; a [`Keyring`] knows the digests of the keys and says whose each is. A [`Gate`] in front of
//! a daemon admits callers by it, within their [`Quota`]. Certificates and keys are files; each is [`Watched`] and read
//! again when it changes, so that neither is ever changed by a restart.

mod key;
mod role;

mod keyring;
mod quota;

mod watched;

mod gate;
mod tls;

pub use gate::{Admission, Gate, Refusal};
pub use key::{Key, KeyDigest};
pub use keyring::{Keyring, KeyringError, Principal};
pub use quota::Quota;
pub use role::Role;
pub use tls::{ClientFiles, ServerFiles, TlsError, valid_until};
pub use watched::{ReadError, Watched};
