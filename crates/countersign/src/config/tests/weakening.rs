//! What weakens the server: refused where it would give everything away, said at start otherwise.

use super::super::email_adapter::SmtpTls;
use super::super::production::{Seen, production_gaps};
use super::super::show;
use super::{load, loaded, messages, refusals, warned};

/// SEC-32: `admin`/`admin` starts on this machine only, and the key is named otherwise.
#[test]
fn a_weak_administrator_password_never_listens_beyond_this_machine() {
    let outcome = |password: &str, address: &str| {
        let text = format!(
            "[super_admin]\npassword = \"{password}\"\n[transport.https.properties]\naddress = \"{address}\"\n"
        );
        match load(&text, false) {
            Ok(loaded) => messages(&loaded.warnings),
            Err(problems) => messages(&problems),
        }
    };

    let seen = ["127.0.0.1", "::1", "0.0.0.0", "10.0.0.5"].map(|address| {
        [outcome("admin", address), outcome("Password", address), outcome("k9-Vault-turtle", address)]
    });

    insta::assert_debug_snapshot!(seen, @r#"
    [
        [
            [
                "2: `super_admin.password` is easily guessed, so this account can sign in from this machine only",
            ],
            [
                "2: `super_admin.password` is easily guessed, so this account can sign in from this machine only",
            ],
            [],
        ],
        [
            [
                "2: `super_admin.password` is easily guessed, so this account can sign in from this machine only",
            ],
            [
                "2: `super_admin.password` is easily guessed, so this account can sign in from this machine only",
            ],
            [],
        ],
        [
            [
                "2: `super_admin.password` is easily guessed, and the server would listen beyond this machine",
            ],
            [
                "2: `super_admin.password` is easily guessed, and the server would listen beyond this machine",
            ],
            [],
        ],
        [
            [
                "2: `super_admin.password` is easily guessed, and the server would listen beyond this machine",
            ],
            [
                "2: `super_admin.password` is easily guessed, and the server would listen beyond this machine",
            ],
            [],
        ],
    ]
    "#);
}

/// SEC-53: no password goes out in clear, whichever key asks for it; TLS is required unless said otherwise.
#[test]
fn the_mail_password_never_travels_in_clear() {
    let base = "[output_adapter.email]\nfrom_address = \"a@example.org\"\nhostname = \"smtp.example.org\"\n";
    let password = "username = \"u\"\npassword = \"hunter22\"\n";
    let tls =
        |extra: &str| load(&format!("{base}{extra}"), false).map(|l| l.settings.email.encryption()).ok();

    assert_eq!(tls(password), Some(SmtpTls::Required));
    assert_eq!(tls(&format!("{password}enable_start_tls = false\n")), None);
    assert_eq!(tls(&format!("{password}tls = \"none\"\n")), None);
    assert_eq!(
        tls(&format!("{password}tls = \"none\"\nenable_authentication = false\n")),
        Some(SmtpTls::None)
    );
    assert_eq!(tls("enable_start_tls = false\n"), Some(SmtpTls::None));
    assert_eq!(
        tls(&format!("{password}enable_start_tls = false\ntls = \"implicit\"\n")),
        Some(SmtpTls::Implicit)
    );
    let custom = "enable_start_tls = false\n[output_adapter.email.custom_properties]\n\"mail.smtp.ssl.enable\" = \"true\"\n";
    assert_eq!(tls(&format!("{password}{custom}")), Some(SmtpTls::Implicit));
    assert_eq!(tls("auth_type = \"CLIENT_CREDENTIAL\"\n"), None);
}

/// verification.md §6.1, SEC-52, SEC-53: the keys of an OAuth client stand together, encrypted, beside no password; where
/// they are used without being asked for, that is said.
#[test]
fn a_mail_client_is_whole_and_encrypted() {
    let base = "[output_adapter.email]\nfrom_address = \"a@example.org\"\nhostname = \"smtp.example.org\"\n";
    let client = "client_id = \"c\"\nclient_secret = \"s3cret\"\nscopes = \"x y\"\n";
    let by_token = format!("{base}auth_type = \"CLIENT_CREDENTIAL\"\n");
    let https = "token_endpoint = \"https://login.example.org/t\"\n";
    let http = "token_endpoint = \"http://login.internal:8080/t\"\n";
    let listing = |entry: &str| format!("[countersign.security]\noutbound_allow = [\"{entry}\"]\n");

    let whole = loaded(&format!("{by_token}{client}{https}"));

    assert_eq!(messages(&whole.warnings), [""; 0]);
    assert!(show(&whole.settings).contains("client_secret = \"********\"  # file\n"));
    let refused = [
        by_token.clone(),
        format!("{by_token}{client}{https}tls = \"none\"\n"),
        format!("{by_token}{client}token_endpoint = \"login\"\n"),
        format!("{by_token}{client}{http}{}", listing("login.internal:80")),
    ];
    insta::assert_debug_snapshot!(refused.map(|text| refusals(&text)), @r#"
    [
        [
            "1: `output_adapter.email.client_id` is needed with `auth_type = \"CLIENT_CREDENTIAL\"`",
            "1: `output_adapter.email.client_secret` is needed with `auth_type = \"CLIENT_CREDENTIAL\"`",
            "1: `output_adapter.email.token_endpoint` is needed with `auth_type = \"CLIENT_CREDENTIAL\"`",
        ],
        [
            "9: `output_adapter.email.tls` would send the access token of the mail server in clear",
        ],
        [
            "8: `output_adapter.email.token_endpoint` cannot be `login`",
        ],
        [
            "8: `output_adapter.email.token_endpoint` is plain `http`, which would send `client_secret` in clear",
        ],
    ]
    "#);
    for entry in ["login.internal:8080", "10.0.0.0/8"] {
        assert!(load(&format!("{by_token}{client}{http}{}", listing(entry)), false).is_ok(), "{entry}");
    }
    let unused = [format!("{by_token}{client}{https}password = \"p\"\n"), format!("{base}{client}{https}")];
    insta::assert_debug_snapshot!(unused.map(|text| messages(&loaded(&text).warnings)), @r#"
    [
        [
            "9: `output_adapter.email.password` has no effect with `auth_type = \"CLIENT_CREDENTIAL\"`",
        ],
        [
            "4: `output_adapter.email.client_id` has no effect without `auth_type = \"CLIENT_CREDENTIAL\"`",
            "5: `output_adapter.email.client_secret` has no effect without `auth_type = \"CLIENT_CREDENTIAL\"`",
            "6: `output_adapter.email.scopes` has no effect without `auth_type = \"CLIENT_CREDENTIAL\"`",
            "7: `output_adapter.email.token_endpoint` has no effect without `auth_type = \"CLIENT_CREDENTIAL\"`",
        ],
    ]
    "#);
}

/// SEC §8: a limit of 0 is off, which is said at every start.
#[test]
fn a_limit_that_is_off_is_said_at_start() {
    let text = "[countersign.limits]\nsends_per_day = 0\nsends_burst = \"7\"\n";

    let loaded = loaded(text);

    assert_eq!((loaded.settings.limits.sends_per_day.0, loaded.settings.limits.sends_burst.0), (0, 7));
    assert_eq!(
        messages(&loaded.warnings),
        ["2: `countersign.limits.sends_per_day` is 0, so this limit is off"]
    );
}

/// SEC-16, SEC-17, SEC-54: what gives security away is legal and said; what gives all of it away is refused.
#[test]
fn what_weakens_the_server_is_said_at_start() {
    let text = "\
[identity_mgt.user_claim_update]
use_verify_claim = true
[countersign.security]
notify_old = false
weak_passwords = \"allow\"
password_min_length = 7
outbound_allow = [\"0.0.0.0/0\"]
";

    insta::assert_debug_snapshot!(warned(text), @r#"
    [
        "2: `identity_mgt.user_claim_update.use_verify_claim` lets every client decide whether a new address or number is proven",
        "4: `countersign.security.notify_old` is off, so nobody is told when somebody else takes over the address",
        "5: `countersign.security.weak_passwords` lets people choose passwords that are guessed first",
        "6: `countersign.security.password_min_length` allows passwords of 7 characters",
        "7: `countersign.security.outbound_allow` names every address there is",
    ]
    "#);
    assert_eq!(
        refusals("[countersign.security]\ntrusted_proxies = [\"::/0\"]\n"),
        [
            "2: `countersign.security.trusted_proxies` would let everybody choose the address they seem to come from"
        ]
    );
}

/// `security.md`, profiles: hardened switches on what is not said and refuses what contradicts it.
#[test]
fn the_hardened_profile_leaves_no_loophole() {
    let hardened = "[countersign.security]\nprofile = \"hardened\"\n";
    let contradicting = "allow_long_validity = true\nrequire_recent_auth_api = false\n\
        [identity_mgt.user_claim_update]\nuse_verify_claim = true\n";

    let shown = show(&loaded(hardened).settings);

    assert!(shown.contains("require_recent_auth_api = true  # profile\n"));
    assert!(shown.contains("link_confirmation = \"session\"  # profile\n"), "{shown}");
    for weaker in ["button", "code"] {
        let weaker = format!("{hardened}[countersign.verification]\nlink_confirmation = \"{weaker}\"\n");
        assert_eq!(
            refusals(&weaker),
            ["4: `countersign.verification.link_confirmation` contradicts the hardened profile"]
        );
    }
    insta::assert_debug_snapshot!(refusals(&format!("{hardened}{contradicting}")), @r#"
    [
        "3: `countersign.security.allow_long_validity` contradicts the hardened profile",
        "4: `countersign.security.require_recent_auth_api` contradicts the hardened profile",
        "6: `identity_mgt.user_claim_update.use_verify_claim` contradicts the hardened profile",
    ]
    "#);
}

/// Nothing is ignored in silence: what the reference knows and this version cannot do is said to have no effect.
#[test]
fn what_is_not_built_yet_is_not_promised() {
    let said = messages(&loaded("[scim2.me]\nblocked_claims = [\"nickName\"]\n").warnings);
    insta::assert_debug_snapshot!(said, @r#"
    [
        "2: `scim2.me.blocked_claims` has no effect: a person can never write these on `/Me`, and no list widens that yet",
    ]
    "#);
}

/// DESIGN §3.3: `PostgreSQL` needs a place, `SQLite` none; what has no effect is said.
#[test]
fn a_database_needs_what_its_type_needs() {
    let table = "[database.identity_db]\n";
    let seen = [
        "type = \"postgresql\"\n",
        "type = \"postgre\"\nname = \"c\"\nusername = \"c\"\n",
        "type = \"postgresql\"\nurl = \"jdbc:postgresql://db/c\"\n",
        "type = \"postgresql\"\nurl = \"mysql://db/c\"\n",
        "type = \"sqlite\"\nport = 5432\n",
    ]
    .map(|keys| match load(&format!("{table}{keys}"), false) {
        Ok(loaded) => messages(&loaded.warnings),
        Err(problems) => messages(&problems),
    });

    insta::assert_debug_snapshot!(seen, @r#"
    [
        [
            "1: `database.identity_db.name` is needed for PostgreSQL",
            "1: `database.identity_db.username` is needed for PostgreSQL",
        ],
        [],
        [],
        [
            "3: `database.identity_db.url` is no PostgreSQL address",
        ],
        [
            "3: `database.identity_db.port` has no effect, because the database is SQLite",
        ],
    ]
    "#);
}

/// DESIGN §5, public URL: the name and port in force, unless an absolute address is given.
#[test]
fn links_begin_with_the_configured_address() {
    let of = |text: &str| loaded(text).settings.public_url();

    assert_eq!(of(""), "https://localhost:9443");
    assert_eq!(of("[server]\nhostname = \"::1\"\noffset = 2\n"), "https://[::1]:9445");
    assert_eq!(of("[server]\nbase_path = \"https://id.example.org/\"\n"), "https://id.example.org");
}

/// DESIGN §5, dev inbox: only where nobody else can reach the server.
#[test]
fn the_dev_inbox_is_for_this_machine_only() {
    let of = |text: &str| loaded(text).settings.dev_inbox_is_possible();

    let possible = [
        "",
        "[transport.https.properties]\naddress = \"0.0.0.0\"\n",
        "[server]\nhostname = \"id.example.org\"\n",
        "[countersign.security]\ntrusted_proxies = [\"10.0.0.1\"]\n",
        "[countersign.dev]\ninbox = \"off\"\n",
    ]
    .map(of);

    assert_eq!(possible, [true, false, false, false, false]);
}

/// DESIGN §3.1: a newcomer's configuration tells what it lacks; a complete one has nothing to tell.
#[test]
fn production_gaps_are_named_until_there_are_none() {
    let fresh = loaded("[super_admin]\npassword = \"admin\"\n").settings;
    let complete = loaded(
        "[server]\nhostname = \"id.example.org\"\n\
         [transport.https.properties]\naddress = \"0.0.0.0\"\n\
         [database.identity_db]\ntype = \"postgresql\"\nname = \"c\"\nusername = \"c\"\n\
         [output_adapter.email]\nfrom_address = \"a@example.org\"\nhostname = \"smtp.example.org\"\n\
         [identity_mgt.user_claim_update.email]\nenable_verification = true\n\
         [identity_mgt.user_claim_update.mobile]\nenable_verification = true\n",
    )
    .settings;

    let gaps = production_gaps(&fresh, Seen { self_signed_certificate: true, sms_publisher: false });

    insta::assert_debug_snapshot!(gaps, @r#"
    [
        "The administrator's password is easily guessed: change `[super_admin] password`.",
        "The certificate is self-signed: put your own into `repository/resources/security/`.",
        "Links in messages lead to this machine: set `[server] hostname` to the public name.",
        "Only this machine can reach the server: set `[transport.https.properties] address`, or name your proxy in `[countersign.security] trusted_proxies`.",
        "E-mail goes nowhere: set up `[output_adapter.email]`.",
        "SMS go nowhere: put a publisher into `repository/deployment/server/eventpublishers/`.",
        "New e-mail addresses are not verified: set `[identity_mgt.user_claim_update.email] enable_verification`.",
        "New mobile numbers are not verified: set `[identity_mgt.user_claim_update.mobile] enable_verification`.",
        "Everything is on one machine: SQLite is fine as long as that is meant; back it up.",
    ]
    "#);
    assert_eq!(
        production_gaps(&complete, Seen { self_signed_certificate: false, sms_publisher: true }),
        Vec::<String>::new()
    );
}
