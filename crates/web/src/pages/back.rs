//! Where somebody goes on after signing in: a page of ours, and nothing else (SEC-26).

/// A path of this server, with its query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Back(String);

/// Longer than any address of ours.
const LENGTH_MAX: usize = 500;

/// The areas one can come back to.
const AREAS: [&str; 2] = ["/myaccount/", "/console/"];

/// The clean address of a link that waits for its owner to sign in, up to the selector (SEC-23). An address with a token
/// is none to come back to (SEC-25).
const LINK: &str = "/accountrecoveryendpoint/confirmregistration.do?s=";
/// How long a selector is.
const SELECTOR_LENGTH: usize = 16;

impl Back {
    /// The place, if it is one of ours. No host, no scheme, no way up, nothing a browser reads as one of these.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~?=&%+".contains(&byte);
        let is_ours = AREAS.iter().any(|area| text.starts_with(area)) || is_link(text);
        let path = text.split('?').next().unwrap_or_default();
        let goes_up = path.contains("..") || path.contains("//") || path.contains('%');
        let fits = text.len() <= LENGTH_MAX && text.bytes().all(plain);
        (is_ours && fits && !goes_up).then(|| Self(text.to_owned()))
    }

    /// The place, or the page everybody has.
    pub(crate) fn or_start(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self("/myaccount/".to_owned()))
    }

    /// As a header and a form have it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The sign-in page that leads there.
    pub(crate) fn sign_in(&self) -> String {
        let escaped: String = self
            .0
            .chars()
            .map(|c| match c {
                '?' => "%3F".to_owned(),
                '&' => "%26".to_owned(),
                '=' => "%3D".to_owned(),
                '%' => "%25".to_owned(),
                '+' => "%2B".to_owned(),
                other => other.to_string(),
            })
            .collect();
        format!("/login?back={escaped}")
    }
}

/// Whether it is that address and nothing more.
fn is_link(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let selector = text.strip_prefix(LINK).unwrap_or_default();
    selector.len() == SELECTOR_LENGTH && selector.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-26: an exact, local path only.
    #[test]
    fn nobody_is_sent_to_another_place() {
        for hostile in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/myaccount/\\..\\",
            "/myaccount/../../evil",
            "/myaccount//evil.example",
            "/myaccount/%2e%2e/",
            "/myaccount/\r\nLocation: x",
            "/myaccount/#x",
            "javascript:alert(1)",
            "/scim2/Users",
            "/logout",
            "myaccount/",
            "/myaccount/@evil.example",
            "/myaccount.evil.example/",
            "/accountrecoveryendpoint/",
            "/accountrecoveryendpoint/confirmregistration.do",
            "/accountrecoveryendpoint/confirmregistration.do?s=",
            "/accountrecoveryendpoint/confirmregistration.do?s=AAAAAAAAAAAAAAA",
            "/accountrecoveryendpoint/confirmregistration.do?s=AAAAAAAAAAAAAAAAA",
            "/accountrecoveryendpoint/confirmregistration.do?s=AAAAAAAAAAAA/..A",
            "/accountrecoveryendpoint/confirmregistration.do?s=AAAAAAAAAAAAAAAA&confirmation=x",
            "/accountrecoveryendpoint/confirmregistration.do?confirmation=AAAAAAAAAAAAAAAA",
            "/accountrecoveryendpoint/cancel.do?s=AAAAAAAAAAAAAAAA",
            "",
        ] {
            assert_eq!(Back::parse(hostile), None, "{hostile}");
            assert_eq!(Back::or_start(hostile).as_str(), "/myaccount/");
        }
    }

    #[test]
    fn a_page_of_ours_is_come_back_to() {
        let back = Back::parse("/console/users?q=a%40b&state=pending").unwrap();

        assert_eq!(back.as_str(), "/console/users?q=a%40b&state=pending");
        assert_eq!(back.sign_in(), "/login?back=/console/users%3Fq%3Da%2540b%26state%3Dpending");
    }
    /// SEC-23, SEC-25: the clean address of a link that waits for its owner.
    #[test]
    fn a_link_without_its_token_is_come_back_to() {
        let back = Back::parse("/accountrecoveryendpoint/confirmregistration.do?s=Ab-_Ab-_Ab-_Ab-_").unwrap();

        assert_eq!(
            back.sign_in(),
            "/login?back=/accountrecoveryendpoint/confirmregistration.do%3Fs%3DAb-_Ab-_Ab-_Ab-_"
        );
    }
}
