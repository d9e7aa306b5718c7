//! Refusals as `application/problem+json` (RFC 9457): a status, a sentence, and the engine's own stable code.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sunline::EngineError;

/// Why a request was refused.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What was refused, and why.
    detail: String,
    /// The engine's stable name of the reason.
    code: &'static str,
    /// Seconds after which a further try makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{code}"),
            title: status.canonical_reason().unwrap_or("refused"),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            retry_after: None,
        }
    }

    pub(crate) fn no_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "no_key", "a key that is known goes with every request")
    }

    pub(crate) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable", detail)
    }

    pub(crate) fn not_here(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_contact", detail)
    }
}

/// Answers for what nobody described.
pub(crate) async fn no_such_path() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_such_path", "there is nothing at this path")
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let code = error.code();
        let status = match &error {
            EngineError::Forbidden(_) => StatusCode::FORBIDDEN,
            EngineError::Busy(_) | EngineError::Unavailable { .. } | EngineError::Closed => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            EngineError::Id(_) => StatusCode::UNPROCESSABLE_ENTITY,
            EngineError::EventsGone { .. } => StatusCode::GONE,
            _ if code.starts_with("unknown_") => StatusCode::NOT_FOUND,
            _ if code.starts_with("invalid_") || code == "too_large" => StatusCode::UNPROCESSABLE_ENTITY,
            EngineError::Command(_) => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let retry_after = match &error {
            // Whole seconds, and never sooner than asked.
            EngineError::Busy(busy) => Some(busy.retry_after.as_secs() + 1),
            _ => None,
        };
        Self { retry_after, ..Self::new(status, code, error.to_string()) }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::unreadable(rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::unreadable(rejection.body_text())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after.map(|seconds| [(RETRY_AFTER, seconds.to_string())]);
        (status, retry_after, [(CONTENT_TYPE, "application/problem+json")], Json(self)).into_response()
    }
}
