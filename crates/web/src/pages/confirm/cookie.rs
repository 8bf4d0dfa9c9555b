//! Between a link's first look and its button the token waits in a sealed cookie, out of the address bar (SEC-25).
//!
//! ```text
//! name   __Host-cs-link-SELECTOR
//! value  sealed( errand (1) ‖ sealed at, µs (8) ‖ secret (43) )
//! ```
//!
//! The selector is associated data: a value moved under another name does not open.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::change::LinkToken;
use countersign_domain::{Entropy, SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::Errand;
use crate::pages::cookie;
use crate::sealed::Sealer;

/// How long the page between look and button may stay open.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

const NAME: &str = "__Host-cs-link-";
/// Seals and opens; the keys are derived, one for each use.
pub(super) struct Jar {
    seal: Sealer,
    page: hmac::Key,
}

impl Jar {
    /// The jar of this server.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key);
        let page = hmac::sign(&root, b"countersign link page");
        Self {
            seal: Sealer::new(key, "countersign link cookie"),
            page: hmac::Key::new(hmac::HMAC_SHA256, page.as_ref()),
        }
    }

    /// The `Set-Cookie` that keeps `token` for the page of `errand`. `Lax`: after a click in webmail the redirect to the
    /// clean address would come without a `Strict` one.
    pub(super) fn keep(
        &self,
        entropy: &mut dyn Entropy,
        errand: Errand,
        token: &LinkToken,
        now: Timestamp,
    ) -> Option<HeaderValue> {
        let mut body = Zeroizing::new(vec![letter(errand)]);
        body.extend(now.as_microsecond().to_be_bytes());
        body.extend(token.secret.as_bytes());
        let value = self.seal.seal(entropy, token.selector.as_bytes(), body)?;
        cookie::set(&format!("{NAME}{}", token.selector), &value, LIFETIME.as_secs())
    }

    /// The token kept under `selector` for this errand, if it is there, ours, and not too old.
    pub(super) fn token(
        &self,
        headers: &HeaderMap,
        errand: Errand,
        selector: &str,
        now: Timestamp,
    ) -> Option<LinkToken> {
        let value = cookie::value(headers, &format!("{NAME}{selector}"))?;
        let opened = self.seal.open(selector.as_bytes(), value)?;
        let (first, rest) = opened.split_first()?;
        let (micros, secret) = rest.split_first_chunk::<8>()?;
        let sealed_at = Timestamp::from_microsecond(i64::from_be_bytes(*micros)).ok()?;
        let is_fresh = sealed_at <= now && now.duration_since(sealed_at) < LIFETIME;
        if *first != letter(errand) || !is_fresh {
            return None;
        }
        LinkToken::parse(&format!("{selector}.{}", std::str::from_utf8(secret).ok()?))
    }

    /// What the page's form carries: only who has the page and the cookie can press its buttons. The same for every tab
    /// that shows the same link.
    pub(super) fn nonce(&self, errand: Errand, token: &LinkToken) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.page, &bound(errand, token)))
    }

    /// Whether this is the page's nonce; takes the same time either way.
    pub(super) fn is_nonce(&self, errand: Errand, token: &LinkToken, presented: &str) -> bool {
        let presented = URL_SAFE_NO_PAD.decode(presented).unwrap_or_default();
        hmac::verify(&self.page, &bound(errand, token), &presented).is_ok()
    }
}

fn bound(errand: Errand, token: &LinkToken) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([&[letter(errand)], token.to_text().as_bytes()].concat())
}

const fn letter(errand: Errand) -> u8 {
    match errand {
        Errand::Confirm => b'c',
        Errand::Cancel => b'x',
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    fn jar() -> Jar {
        Jar::new(&[7; 32])
    }

    fn noon() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn kept(token: &LinkToken) -> String {
        let cookie = jar().keep(&mut Counting(9), Errand::Confirm, token, noon()).unwrap();
        cookie.to_str().unwrap().to_owned()
    }

    fn sent_back(pair: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&format!("other=1; {pair}")).unwrap())])
    }

    fn pair(cookie: &str) -> &str {
        cookie.split_once(';').unwrap().0
    }

    #[test]
    fn a_token_kept_is_found_again_for_ten_minutes() {
        let token = LinkToken::mint(&mut Counting(0));
        let headers = sent_back(pair(&kept(&token)));

        let at =
            |later: SignedDuration| jar().token(&headers, Errand::Confirm, &token.selector, noon() + later);

        assert_eq!(at(SignedDuration::from_secs(599)), Some(token.clone()));
        assert_eq!(at(LIFETIME), None);
        assert_eq!(at(SignedDuration::from_secs(-1)), None);
    }

    /// DESIGN §5: sealed, `HttpOnly`, `SameSite=Lax`, `__Host-`, ten minutes.
    #[test]
    fn the_cookie_is_for_this_host_and_no_script_and_shows_no_secret() {
        let token = LinkToken::mint(&mut Counting(0));

        let cookie = kept(&token);

        assert!(cookie.starts_with(&format!("__Host-cs-link-{}=", token.selector)));
        assert!(cookie.ends_with("; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax"));
        assert!(!cookie.contains(token.secret.as_str()));
    }

    /// SEC-7: neither another errand nor another selector nor another server opens it.
    #[test]
    fn a_cookie_opens_only_where_it_belongs() {
        let token = LinkToken::mint(&mut Counting(0));
        let other = LinkToken::mint(&mut Counting(90));
        let cookie = kept(&token);
        let moved = pair(&cookie).replace(&token.selector, &other.selector);
        let bent = format!("{}A", pair(&cookie));
        let find = |jar: &Jar, pair: &str, errand, selector: &str| {
            jar.token(&sent_back(pair), errand, selector, noon())
        };

        assert_eq!(find(&jar(), pair(&cookie), Errand::Cancel, &token.selector), None);
        assert_eq!(find(&jar(), &moved, Errand::Confirm, &other.selector), None);
        assert_eq!(find(&jar(), &bent, Errand::Confirm, &token.selector), None);
        assert_eq!(find(&Jar::new(&[8; 32]), pair(&cookie), Errand::Confirm, &token.selector), None);
    }

    #[test]
    fn a_nonce_fits_one_page() {
        let (token, other) = (LinkToken::mint(&mut Counting(0)), LinkToken::mint(&mut Counting(90)));
        let nonce = jar().nonce(Errand::Confirm, &token);

        assert!(jar().is_nonce(Errand::Confirm, &token, &nonce));
        assert!(!jar().is_nonce(Errand::Cancel, &token, &nonce));
        assert!(!jar().is_nonce(Errand::Confirm, &other, &nonce));
        assert!(!jar().is_nonce(Errand::Confirm, &token, ""));
    }
}
