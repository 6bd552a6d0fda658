//! Tests in the compact form: Base64 of a zlib stream of a pickle of a text of JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use super::{Flaw, pickle};

/// The JSON in it, which has at most `limit_bytes`.
pub(super) fn json(text: &str, limit_bytes: usize) -> Result<String, Flaw> {
    let compressed = STANDARD.decode(text.trim()).map_err(|_| Flaw::Base64)?;
    let pickle = inflated(&compressed, limit_bytes)?;
    drop(compressed);
    pickle::text(&pickle)
        .map(str::to_owned)
        .map_err(Flaw::Pickle)
}

/// Memory grows with what really comes out, and never beyond the limit.
fn inflated(compressed: &[u8], limit_bytes: usize) -> Result<Vec<u8>, Flaw> {
    decompress_to_vec_zlib_with_limit(compressed, limit_bytes).map_err(|error| {
        if error.status == TINFLStatus::HasMoreOutput {
            Flaw::TooLarge { limit_bytes }
        } else {
            Flaw::Compression(error.to_string())
        }
    })
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;

    fn packed(pickle: &[u8]) -> String {
        STANDARD.encode(compress_to_vec_zlib(pickle, 6))
    }

    #[test]
    fn reads_what_is_written_so() {
        let text = packed(b"\x80\x04\x95\x05\0\0\0\0\0\0\0\x8c\x01x\x94.");
        assert_eq!(json(&text, 100).unwrap(), "x");
        assert_eq!(json(&format!("{text}\n"), 100).unwrap(), "x");
    }

    #[test]
    fn stops_a_bomb_at_the_limit() {
        let bomb = packed(&vec![b' '; 1 << 20]);
        assert!(bomb.len() < 4096);
        assert!(matches!(json(&bomb, 1 << 16), Err(Flaw::TooLarge { .. })));
    }

    #[test]
    fn tells_which_layer_is_broken() {
        let whole = packed(b"\x80\x04\x8c\x01x.");
        for (text, words) in [
            ("%", "neither JSON nor Base64"),
            ("", "decompressed"),
            ("AAAA", "decompressed"),
            (&whole[..8], "decompressed"),
            (&packed(b"\x80\x04]."), "makes no text"),
        ] {
            let flaw = json(text, 100).unwrap_err().to_string();
            assert!(flaw.contains(words), "{text}: {flaw}");
        }
    }
}
