//! What pages load: embedded, compressed once, at addresses that change with the content: browsers keep it for a year.

use std::io::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::state::Web;

const STYLE: &str = include_str!("../../assets/countersign.css");
const SCRIPT: &str = include_str!("../../assets/countersign.js");
const MARK: &str = include_str!("../../assets/mark.svg");

/// A file as it is served.
struct Asset {
    /// `/assets/countersign.HASH.css`.
    href: String,
    kind: &'static str,
    plain: &'static str,
    /// Nothing where it would not be shorter.
    gzip: Option<Bytes>,
}

static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("countersign", "css", "text/css; charset=utf-8", STYLE));
static MODULE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("countersign", "js", "text/javascript; charset=utf-8", SCRIPT));
static ICON: LazyLock<Asset> = LazyLock::new(|| Asset::new("mark", "svg", "image/svg+xml", MARK));

/// The stylesheet's address.
pub(super) fn style() -> &'static str {
    &STYLESHEET.href
}

/// The module's address.
pub(super) fn script() -> &'static str {
    &MODULE.href
}

/// The icon's address.
pub(super) fn icon() -> &'static str {
    &ICON.href
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, plain: &'static str) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(plain));
        let short: String = hash.chars().take(12).collect();
        let gzip = compressed(plain).filter(|small| small.len() < plain.len());
        Self { href: format!("/assets/{name}.{short}.{ending}"), kind, plain, gzip }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let common = [
            (CONTENT_TYPE, self.kind),
            (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (VARY, "accept-encoding"),
        ];
        match &self.gzip {
            Some(gzip) if takes_gzip(headers) => {
                (common, [(CONTENT_ENCODING, "gzip")], gzip.clone()).into_response()
            }
            _ => (common, self.plain).into_response(),
        }
    }
}

fn compressed(plain: &str) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain.as_bytes()).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// Pages themselves are never compressed: they hold a secret beside what somebody else may have chosen, and the length
/// of an answer would tell of it. These files are the same for everybody.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0")
    })
}

/// `/assets/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/assets/{file}", get(asset))
}

async fn asset(file: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    let file = file.map(|Path(file)| file).unwrap_or_default();
    let known = [&STYLESHEET, &MODULE, &ICON].into_iter();
    let named = |asset: &&LazyLock<Asset>| asset.href.strip_prefix("/assets/") == Some(file.as_str());
    let mut found = known.filter(named);
    found.next().map_or_else(|| StatusCode::NOT_FOUND.into_response(), |asset| asset.answer(&headers))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// The two colours of a token: by day, by night.
    fn token(name: &str) -> [[f64; 3]; 2] {
        let line = STYLE.lines().find(|line| line.trim_start().starts_with(&format!("--{name}:"))).unwrap();
        let inner = line.split_once("light-dark(").unwrap().1.split_once(')').unwrap().0;
        let colours: Vec<_> = inner.split(',').map(|hex| channels(hex.trim())).collect();
        [colours[0], colours[1]]
    }

    fn channels(hex: &str) -> [f64; 3] {
        let digits = hex.strip_prefix('#').unwrap();
        [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(colour: [f64; 3]) -> f64 {
        let [r, g, b] =
            colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `--tint`: how much of a tone's colour its ground has.
    fn tinted(front: [f64; 3], back: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|i| front[i] * 0.1 + back[i] * 0.9)
    }

    /// Text 4.5:1, borders of controls and focus rings 3:1, in both themes; a tone's words on its own tinted ground too.
    #[test]
    fn every_pair_of_colours_can_be_told_apart() {
        let text = ["text", "text-quiet", "good", "problem", "waiting", "neutral", "link"];
        let pairs = text
            .iter()
            .flat_map(|front| [(*front, "surface", 4.5), (*front, "page", 4.5), (*front, "sunken", 4.5)]);
        let more = [
            ("on-accent", "accent", 4.5),
            ("on-accent", "accent-strong", 4.5),
            ("on-problem", "problem", 4.5),
            ("border-control", "surface", 3.0),
            ("focus", "surface", 3.0),
            ("focus", "page", 3.0),
        ];

        for (front, back, least) in pairs.chain(more) {
            for (front_colour, back_colour) in token(front).into_iter().zip(token(back)) {
                let found = contrast(front_colour, back_colour);
                assert!(found >= least, "{front} on {back}: {found:.2}");
            }
        }
        for tone in ["good", "problem", "waiting", "neutral"] {
            for (front, back) in token(tone).into_iter().zip(token("surface")) {
                let found = contrast(front, tinted(front, back));
                assert!(found >= 4.5, "{tone} on its tint: {found:.2}");
            }
        }
    }

    /// SEC-25, SEC-27: nothing of another origin is loaded, no code is made of text.
    #[test]
    fn assets_load_nothing() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
        for banned in ["eval(", "new Function", "innerHTML", "http://", "https://", "import("] {
            assert!(!SCRIPT.contains(banned), "{banned}");
        }
    }

    /// What a first page loads beside itself leaves it room in 40 kB.
    #[test]
    fn assets_are_small() {
        let all = [&STYLESHEET, &MODULE, &ICON]
            .map(|asset| asset.gzip.as_ref().map_or(asset.plain.len(), Bytes::len));

        assert!(all.iter().sum::<usize>() < 16_000, "{all:?}");
    }

    #[test]
    fn a_browser_gets_the_form_it_takes() {
        let asks = |value: &'static str| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            STYLESHEET.answer(&headers).headers().get(CONTENT_ENCODING).cloned()
        };

        assert_eq!(asks("br, gzip;q=0.8"), Some(HeaderValue::from_static("gzip")));
        assert_eq!(asks("gzip;q=0, identity"), None);
        assert_eq!(asks("identity"), None);
    }
}
