//! Where a request may go, decided without sending one. What the wire shows is in `tests/http.rs`.

use super::*;

fn outbound(entries: &[&str]) -> Outbound {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default(); // a second install is refused, harmlessly
    Outbound::new(OutboundAllow::parse(entries).unwrap(), Roots::System).unwrap()
}

fn reach(outbound: &Outbound, url: &str) -> Option<Reach> {
    outbound.reach(&Url::parse(url).unwrap()).ok()
}

/// SEC-52: loopback, private and metadata addresses in every spelling a URL has for them.
#[test]
fn literal_addresses_are_checked_in_every_spelling() {
    let closed = outbound(&[]);

    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://169.254.169.254/latest",
        "https://10.0.0.8:8443/",
        "https://[fd00::1]/",
        "http://93.184.216.34/",
        "http://example.org/",
        "ftp://example.org/",
    ] {
        assert_eq!(reach(&closed, url), None, "{url}");
    }
    assert_eq!(reach(&closed, "https://93.184.216.34/"), Some(Reach::PublicOrListed));
    assert_eq!(reach(&closed, "https://example.org/"), Some(Reach::PublicOrListed));
}

/// DESIGN §5, `outbound_allow`: plain http and private ranges for what is named there, and only for that.
#[test]
fn the_list_opens_exactly_what_it_names() {
    let opened = outbound(&["10.0.0.0/8", "sms.internal:8080"]);

    let decided = [
        "http://10.1.2.3/",
        "https://10.1.2.3/",
        "http://192.168.0.1/",
        "http://sms.internal:8080/x",
        "http://sms.internal/x",
        "http://other.internal:8080/",
        "http://127.0.0.1:8080/",
    ]
    .map(|url| reach(&opened, url));

    assert_eq!(
        decided,
        [
            Some(Reach::ListedOnly),
            Some(Reach::PublicOrListed),
            None,
            Some(Reach::Named),
            // a name is only known by its addresses: the resolver decides
            Some(Reach::ListedOnly),
            Some(Reach::ListedOnly),
            None,
        ]
    );
}
