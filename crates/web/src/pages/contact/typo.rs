//! Slips in the domains people use most: "gmial.com" is hardly ever meant (pages §3.2). A hint, never a refusal.

/// What is meant, and what is often typed instead. Every slip is a domain nobody hands out mailboxes at.
const SLIPS: [(&str, &[&str]); 9] = [
    (
        "gmail.com",
        &[
            "gmial.com",
            "gmai.com",
            "gamil.com",
            "gmaill.com",
            "gnail.com",
            "gmal.com",
            "gmil.com",
            "gmail.co",
            "gmail.con",
            "gmail.cm",
            "gmail.comm",
        ],
    ),
    ("googlemail.com", &["googlemial.com", "goglemail.com", "googlemail.con"]),
    (
        "hotmail.com",
        &[
            "hotmial.com",
            "hotmai.com",
            "hotmal.com",
            "hotmil.com",
            "hotamil.com",
            "hotmail.con",
            "homail.com",
        ],
    ),
    ("outlook.com", &["outlok.com", "outloo.com", "otlook.com", "outlook.con", "outllook.com"]),
    ("yahoo.com", &["yaho.com", "yahooo.com", "yhaoo.com", "yahoo.con", "yaoo.com"]),
    ("icloud.com", &["iclod.com", "icloud.con", "icoud.com", "iclould.com"]),
    ("gmx.de", &["gmx.ed", "gxm.de", "gmx.d"]),
    ("web.de", &["wbe.de", "web.ed"]),
    ("t-online.de", &["t-onlin.de", "t-onlien.de", "tonline.de"]),
];

/// The address that was probably meant; `None` where nothing speaks against the one that was typed.
pub(crate) fn probably_meant(address: &str) -> Option<String> {
    let (name, domain) = address.trim().rsplit_once('@')?;
    let is_slip = |slip: &&str| domain.eq_ignore_ascii_case(slip);
    let (meant, _) = SLIPS.iter().find(|(_, slips)| slips.iter().any(&is_slip))?;
    Some(format!("{name}@{meant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// pages §3.2: "gmial.com — did you mean gmail.com?"; the part before the @ is nobody's business.
    #[test]
    fn a_slip_in_a_common_domain_is_noticed() {
        assert_eq!(probably_meant("Bob.S@Gmial.com").as_deref(), Some("Bob.S@gmail.com"));
        assert_eq!(probably_meant(" b@hotmail.con ").as_deref(), Some("b@hotmail.com"));
        for right in ["b@gmail.com", "b@mail.com", "b@example.org", "gmial.com", "", "b@gmial.com.example"] {
            assert_eq!(probably_meant(right), None, "{right}");
        }
    }

    #[test]
    fn what_is_suggested_is_no_slip_itself() {
        for (meant, slips) in SLIPS {
            assert_eq!(probably_meant(&format!("b@{meant}")), None);
            assert!(slips.iter().all(|slip| probably_meant(&format!("b@{slip}")).is_some()));
        }
    }
}
