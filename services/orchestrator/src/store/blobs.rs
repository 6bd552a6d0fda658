//! Inputs and outputs, kept once each under their digest.

use sqlx::{Row as _, Sqlite, Transaction};

use super::{Store, StoreError};

const ZSTD_LEVEL: i32 = 3;

/// Bytes and their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    pub digest: String,
    pub content: Vec<u8>,
}

/// BLAKE3 in hex.
pub(super) fn digest(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

impl Blob {
    pub(crate) fn new(content: Vec<u8>) -> Self {
        let digest = digest(&content);
        Self { digest, content }
    }
}

impl Store {
    /// A blob's bytes; the row is there, since it was written with the fact that names it.
    pub(crate) async fn blob(&self, digest: &str) -> Result<Vec<u8>, StoreError> {
        let row = sqlx::query("SELECT content FROM blobs WHERE digest = ?")
            .bind(digest)
            .fetch_one(self.database.pool())
            .await?;
        let packed: Vec<u8> = row.get(0);
        zstd::stream::decode_all(packed.as_slice())
            .map_err(|source| StoreError::Fact(crate::facts::Unreadable::Unpack(source)))
    }
}

pub(super) async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    blobs: &[Blob],
) -> Result<(), StoreError> {
    for blob in blobs {
        let packed = zstd::bulk::compress(&blob.content, ZSTD_LEVEL)
            .expect("memory is the only thing that can be missing");
        sqlx::query("INSERT OR IGNORE INTO blobs (digest, content) VALUES (?, ?)")
            .bind(&blob.digest)
            .bind(packed)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}
