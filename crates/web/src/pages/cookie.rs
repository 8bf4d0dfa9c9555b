//! Cookies of the pages: read and written in one place.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The value of the cookie of that name. Two of the name are none: which one is ours cannot be told.
pub(crate) fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(found, _)| *found == name).map(|(_, value)| value);
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    Some(value)
}

/// A `Set-Cookie` for this host, this browser and no script, for so many seconds. `None` if the value cannot stand in
/// one.
pub(crate) fn set(name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let fits = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&cookie).ok().filter(|_| fits)
}

/// A `Set-Cookie` that ends one.
pub(crate) fn end(name: &str) -> Option<HeaderValue> {
    set(name, "", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let headers = HeaderMap::from_iter([
            (COOKIE, HeaderValue::from_static("a=1; bb=2")),
            (COOKIE, HeaderValue::from_static("b=3=4;c=")),
        ]);

        assert_eq!(value(&headers, "b"), Some("3=4"));
        assert_eq!(value(&headers, "bb"), Some("2"));
        assert_eq!(value(&headers, "c"), Some(""));
        assert_eq!(value(&headers, "d"), None);
        let twice = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=1; a=2"))]);
        assert_eq!(value(&twice, "a"), None);
    }

    /// A value never ends the cookie early or adds an attribute.
    #[test]
    fn only_plain_values_stand_in_a_cookie() {
        assert!(set("__Host-a", "abc_-.Z9", 60).is_some());
        for hostile in ["a;Domain=evil", "a b", "a\r\nSet-Cookie: x", "ä"] {
            assert_eq!(set("__Host-a", hostile, 60), None);
        }
    }
}
