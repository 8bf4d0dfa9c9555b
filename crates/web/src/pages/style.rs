//! The one stylesheet, embedded, at an address that changes with its content: browsers keep it for a year.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::state::Web;

const STYLE: &str = include_str!("../../templates/countersign.css");

static FILE: LazyLock<String> = LazyLock::new(|| {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(STYLE));
    let short: String = hash.chars().take(12).collect();
    format!("countersign.{short}.css")
});

/// Where pages find it.
pub(super) fn href() -> String {
    format!("/assets/{}", *FILE)
}

/// `/assets/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/assets/{file}", get(asset))
}

async fn asset(file: Result<Path<String>, PathRejection>) -> Response {
    if !file.is_ok_and(|Path(file)| file == *FILE) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers =
        [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, STYLE).into_response()
}

#[cfg(test)]
mod tests {
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

    /// Text 4.5:1, borders of controls and focus rings 3:1, in both themes.
    #[test]
    fn every_pair_of_colours_can_be_told_apart() {
        let text = ["text", "text-quiet", "good", "problem", "waiting", "neutral", "link"];
        let pairs = text.iter().flat_map(|front| [(*front, "surface", 4.5), (*front, "page", 4.5)]);
        let more = [
            ("on-accent", "accent", 4.5),
            ("on-accent", "accent-strong", 4.5),
            ("text", "sunken", 4.5),
            ("link", "sunken", 4.5),
            ("text-quiet", "sunken", 4.5),
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
    }

    /// SEC-25: nothing of another origin is loaded.
    #[test]
    fn the_stylesheet_loads_nothing() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
