//! The JSON body of a request: one reader for every surface (DESIGN §5, SEC-40, SEC-41).

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use countersign_scim::json::{self, JsonError};
use serde_json::Value;

/// The longest body of any surface but Bulk (SEC-41).
pub(crate) const BODY_MAX: usize = 1024 * 1024;

/// What to make of a body that does not say what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Untyped {
    /// 415: a browser can be made to send one (SEC-30).
    Refused,
    /// Read as JSON (SCIM-2).
    Json,
}

/// Why a body was not accepted. Each surface words it in its own form; the text is a sentence for the client and
/// repeats nothing of the body.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum BodyRejection {
    /// 415 (SEC-30).
    #[error("Send the body as application/json, in UTF-8 and without content encoding.")]
    MediaType,
    /// 413 (SEC-41).
    #[error("The body is longer than 1 MiB.")]
    TooLong,
    /// 400: the connection broke, or the framing is wrong.
    #[error("The body could not be read to its end.")]
    Unreadable,
    /// 400.
    #[error(transparent)]
    Json(#[from] JsonError),
}

impl BodyRejection {
    /// The status, the same at every surface.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable | Self::Json(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads the body of `request` as JSON: any value, what it has to be is the surface's to say.
pub(crate) async fn read(request: Request, untyped: Untyped) -> Result<Value, BodyRejection> {
    read_up_to(BODY_MAX, request, untyped).await
}

/// The same with a limit of the route's own, which has to be that of its `DefaultBodyLimit` too.
pub(crate) async fn read_up_to(
    bytes_max: usize,
    request: Request,
    untyped: Untyped,
) -> Result<Value, BodyRejection> {
    let headers = request.headers();
    if !is_json(headers, untyped) || headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity")
    {
        return Err(BodyRejection::MediaType);
    }
    let bytes = Bytes::from_request(request, &()).await.map_err(|error| broken(&error))?;
    if bytes.len() > bytes_max {
        return Err(BodyRejection::TooLong);
    }
    Ok(json::read(&bytes, bytes_max)?)
}

/// `application/json` or `application/scim+json`, in UTF-8 if anything is said about it.
fn is_json(headers: &HeaderMap, untyped: Untyped) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return untyped == Untyped::Json && !is_foreign(headers),
        (Some(value), None) => value.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return false,
    };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let known =
        ["application/json", "application/scim+json"].iter().any(|kind| essence.eq_ignore_ascii_case(kind));
    let charsets = parts
        .filter_map(|part| part.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
    known && charsets.map(|(_, set)| set.trim_matches('"')).all(|set| set.eq_ignore_ascii_case("utf-8"))
}

/// Whether a browser says that a page of another origin sends this: such a page can leave the type out without being asked
/// for leave (a simple request), one of the same site included (SEC-30).
fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin" && site != "none")
}

fn broken(rejection: &BytesRejection) -> BodyRejection {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => BodyRejection::TooLong,
        _ => BodyRejection::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use countersign_scim::json::JsonErrorKind;
    use serde_json::json;

    use super::*;

    async fn read_as(
        kind: Option<&str>,
        body: impl Into<Body>,
        untyped: Untyped,
    ) -> Result<Value, BodyRejection> {
        let mut request = Request::builder().method("POST").uri("/");
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        read(request.body(body.into()).unwrap(), untyped).await
    }

    /// SEC-30, SCIM-2.
    #[tokio::test]
    async fn only_json_in_utf_8_is_read() {
        for kind in [
            "application/json",
            "Application/SCIM+json",
            "application/json; charset=UTF-8",
            "application/json;v=1",
        ] {
            assert_eq!(read_as(Some(kind), "{}", Untyped::Refused).await, Ok(json!({})), "{kind}");
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=latin1",
            "json",
            "",
        ] {
            assert_eq!(
                read_as(Some(kind), "{}", Untyped::Json).await,
                Err(BodyRejection::MediaType),
                "{kind}"
            );
        }
    }

    /// SCIM-2 T: at SCIM a body may keep silent about its type; nowhere else.
    #[tokio::test]
    async fn an_untyped_body_is_read_only_where_the_surface_says_so() {
        assert_eq!(read_as(None, "[1]", Untyped::Json).await, Ok(json!([1])));
        assert_eq!(read_as(None, "[1]", Untyped::Refused).await, Err(BodyRejection::MediaType));
    }

    /// SEC-30: a page of another origin, be it of the same site, sends no body without its type.
    #[tokio::test]
    async fn an_untyped_body_of_another_origin_is_refused() {
        let read_from = async |site: &str| {
            let request = Request::builder().method("POST").uri("/").header("sec-fetch-site", site);
            read(request.body(Body::from("{}")).unwrap(), Untyped::Json).await
        };

        assert_eq!(read_from("same-site").await, Err(BodyRejection::MediaType));
        assert_eq!(read_from("cross-site").await, Err(BodyRejection::MediaType));
        assert_eq!(read_from("same-origin").await, Ok(json!({})));
        assert_eq!(read_from("none").await, Ok(json!({})));
    }

    /// SEC-40, SEC-41.
    #[tokio::test]
    async fn what_is_too_long_or_says_a_thing_twice_is_refused() {
        let long = format!("\"{}\"", "a".repeat(BODY_MAX));

        let refused = read_as(None, long, Untyped::Json).await;
        let twice = read_as(None, r#"{"a": 1, "a": 2}"#, Untyped::Json).await;

        assert_eq!(refused, Err(BodyRejection::TooLong));
        let Err(BodyRejection::Json(error)) = twice else { panic!("{twice:?}") };
        assert_eq!(error.kind, JsonErrorKind::DuplicateKey);
    }
}
