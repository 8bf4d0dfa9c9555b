//! Path segments in any case (SCIM-8): clients call `/users`.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

use super::mount::{Mount, below};

/// The words of our paths. Ids, which keep their case, are none of them.
const WORDS: [&str; 8] =
    ["Users", "Me", "Groups", "Bulk", ".search", "ServiceProviderConfig", "ResourceTypes", "Schemas"];

/// The request with the words of a SCIM path as the router spells them; any other request as it is.
pub(crate) fn spelled(mut request: Request) -> Request {
    if let Some(uri) = respelled(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn respelled(uri: &Uri) -> Option<Uri> {
    let (mount, rest) = Mount::ALL.into_iter().find_map(|mount| Some((mount, below(mount, uri.path())?)))?;
    let is_spelled =
        |segment: &str| WORDS.into_iter().all(|word| segment == word || !word.eq_ignore_ascii_case(segment));
    if uri.path().starts_with(mount.path()) && rest.split('/').all(is_spelled) {
        return None;
    }
    let mut path = mount.path().to_owned();
    for segment in rest.split('/').skip(1) {
        let word = WORDS.into_iter().find(|word| word.eq_ignore_ascii_case(segment));
        path.push('/');
        path.push_str(word.unwrap_or(segment));
    }
    let target = uri.query().map_or(path.clone(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target.parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(uri: &str) -> String {
        let request = Request::builder().uri(uri).body(axum::body::Body::empty()).unwrap();
        spelled(request).uri().to_string()
    }

    /// SCIM-8: words in any case, ids untouched, other surfaces too.
    #[test]
    fn words_are_matched_without_case_and_ids_with_it() {
        for (sent, routed) in [
            ("/scim2/users?filter=A", "/scim2/Users?filter=A"),
            ("/SCIM/V2/ME", "/scim/v2/Me"),
            ("/scim2/USERS/.SEARCH", "/scim2/Users/.search"),
            ("/scim2/users/ABC-def", "/scim2/Users/ABC-def"),
            ("/scim/v2/schemas/urn:X:y", "/scim/v2/Schemas/urn:X:y"),
            ("/scim2/Users", "/scim2/Users"),
            ("/Scim2x/users", "/Scim2x/users"),
            ("/myaccount/users", "/myaccount/users"),
        ] {
            assert_eq!(path_of(sent), routed);
        }
    }
}
