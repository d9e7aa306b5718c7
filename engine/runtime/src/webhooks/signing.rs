//! The signature of a message: HMAC-SHA256 over its id, its time and its body, as Standard Webhooks says (`v1`).

use core::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What the endpoint and the engine both know, 24 to 64 bytes.
#[derive(Clone)]
pub struct WebhookSecret(Arc<[u8]>);

/// Never shows the secret.
impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

/// Why a text is no secret. It does not show the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// It does not begin as it should.
    #[error("a webhook's secret is `whsec_` and Base64")]
    Form,
    /// It is too short to be safe, or too long.
    #[error("a webhook's secret has 24 to 64 bytes, not {bytes}")]
    Length {
        /// Its length.
        bytes: usize,
    },
}

impl WebhookSecret {
    /// A secret from its text.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let text = text.strip_prefix("whsec_").ok_or(SecretError::Form)?;
        let bytes = STANDARD.decode(text).map_err(|_| SecretError::Form)?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(SecretError::Length { bytes: bytes.len() });
        }
        Ok(Self(bytes.into()))
    }
}

/// The value of `webhook-signature`: one signature for each secret.
pub(super) fn sign(secrets: &[WebhookSecret], id: &str, timestamp: u64, body: &str) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let one = |secret: &WebhookSecret| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret.0).expect("a key may have any length");
        mac.update(signed.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of Standard Webhooks test with.
    #[test]
    fn the_published_example_has_its_published_signature() {
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let signature = sign(&[secret], id, 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_give_two_signatures() {
        let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"]
            .map(|text| WebhookSecret::new(text).unwrap());
        let both = sign(&secrets, "a", 1, "{}");
        let apart: Vec<String> = secrets.chunks(1).map(|one| sign(one, "a", 1, "{}")).collect();
        assert_eq!(both, apart.join(" "));
        assert_ne!(apart[0], apart[1]);
    }

    #[test]
    fn what_is_no_secret_is_refused_without_being_shown() {
        for (text, error) in [
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Form),
            ("whsec_not base64", SecretError::Form),
            ("whsec_c2hvcnQ=", SecretError::Length { bytes: 5 }),
        ] {
            assert_eq!(WebhookSecret::new(text).unwrap_err(), error);
            assert!(!error.to_string().contains(text));
        }
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{secret:?}"), "WebhookSecret");
    }
}
