//! Whether a form was sent by one of our own pages (SEC-29; DESIGN §5, `Referrer-Policy`).

use axum::http::HeaderMap;
use axum::http::header::ORIGIN;

use crate::state::WebOptions;

/// `Sec-Fetch-Site` where the browser sends it, else `Origin`. Old browsers send neither: the page's nonce decides alone.
pub(super) fn is_own(headers: &HeaderMap, options: &WebOptions) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter().peekable();
    if sites.peek().is_some() {
        return sites.all(|site| site == "same-origin" || site == "none");
    }
    headers.get_all(ORIGIN).iter().all(|origin| origin.to_str().is_ok_and(|origin| is_ours(origin, options)))
}

fn is_ours(origin: &str, options: &WebOptions) -> bool {
    let is_alias =
        |host: &String| origin.strip_prefix("https://").is_some_and(|named| named.eq_ignore_ascii_case(host));
    origin.eq_ignore_ascii_case(&options.public_url) || options.hosts.iter().any(is_alias)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;
    use crate::state::Peers;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let options = WebOptions {
            public_url: "https://id.example.org".into(),
            hosts: vec!["id.example.org".into(), "localhost:9443".into()],
            peers: Peers::default(),
            spec_compliant_emails: false,
            multi_valued_as_string: false,
            group_patch_returns_group: true,
            link_cookie_key: [0; 32],
        };
        let header = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        is_own(&pairs.iter().map(header).collect(), &options)
    }

    #[test]
    fn a_form_of_another_site_is_told_apart() {
        assert!(own(&[]));
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("origin", "https://id.example.org")]));
        assert!(own(&[("origin", "https://localhost:9443")]));
        assert!(!own(&[("sec-fetch-site", "cross-site"), ("origin", "https://id.example.org")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[("origin", "https://evil.example")]));
        assert!(!own(&[("origin", "http://id.example.org")]));
        assert!(!own(&[("origin", "null")]));
    }
}
