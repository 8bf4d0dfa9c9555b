//! The samples: what each component looks like in each of its states.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::SignedDuration;

use crate::pages::component::{
    Badge, Choice, Choices, Clock, Empty, ErrorSummary, Field, Menu, MenuItem, Notice, Pager, Step, Switch,
    Tab, Tabs, Timeline, Tone,
};
use crate::pages::frame::Frame;
use crate::pages::{Look, PageError, page};
use crate::state::Web;

/// `templates/dev/components.html`.
#[derive(Template)]
#[template(path = "dev/components.html")]
struct ComponentsPage<'a> {
    frame: Frame<'a>,
    tabs: Tabs<'a>,
    badges: Vec<Badge<'a>>,
    notices: Vec<Notice<'a>>,
    errors: ErrorSummary<'a>,
    fields: Vec<Field<'a>>,
    choices: Choices<'a>,
    switches: Vec<Switch<'a>>,
    menu: Menu<'a>,
    timeline: Timeline,
    empty: Empty<'a>,
    pager: Pager<'a>,
}

/// All of them on one page.
pub(super) async fn show(State(web): State<Web>, look: Look) -> Result<Response, PageError> {
    let clock = Clock { now: web.app.now().await?, texts: look.texts };
    let page = ComponentsPage {
        frame: Frame::of_anybody(look, &web.app.file().organization),
        tabs: tabs(),
        badges: [Tone::Neutral, Tone::Waiting, Tone::Good, Tone::Problem]
            .map(|tone| Badge::new(tone, tone.as_str()))
            .into(),
        notices: notices(),
        errors: ErrorSummary {
            heading: "Please check:".into(),
            errors: vec![
                ("emails".into(), "That is no e-mail address.".into()),
                ("".into(), "One of all.".into()),
            ],
        },
        fields: fields(),
        choices: choices(),
        switches: switches(),
        menu: menu(),
        timeline: timeline(clock),
        empty: Empty {
            heading: "No messages yet".into(),
            text: "Whatever is sent to somebody appears here.".into(),
            action: Some(("#".into(), "Send a test".into())),
        },
        pager: Pager {
            label: "Pages",
            previous: Some(("#".to_owned(), "Previous page")),
            next: Some(("#".to_owned(), "Next page")),
        },
    };
    Ok(page::answer(StatusCode::OK, &page))
}

fn tabs() -> Tabs<'static> {
    let tab = |label, is_here| Tab { href: "#", label, is_here };
    Tabs {
        label: "Parts",
        tabs: vec![tab("Personal info", true), tab("Security", false), tab("Activity", false)],
    }
}

fn notices() -> Vec<Notice<'static>> {
    vec![
        Notice::new(Tone::Neutral, "Something to know."),
        Notice::new(Tone::Waiting, "Waiting for proof: new@example.org").detail("Sent 2 minutes ago."),
        Notice::status(Tone::Good, "Your e-mail address is confirmed."),
        Notice::new(Tone::Problem, "That mailbox does not exist. Check the address."),
    ]
}

fn fields() -> Vec<Field<'static>> {
    vec![
        Field::text("displayName", "Display name").value("Bob"),
        Field::email("emails", "E-mail address")
            .value("bob@example")
            .error(Some("That is no e-mail address.")),
        Field::tel("phoneNumbers", "Mobile number").hint("With the country, as in +94 77 123 4567."),
        Field::password("password", "Password", "current-password").required(),
        Field::code("code", "Code from the SMS", true, 6),
        Field::search("q", "Search people"),
    ]
    .into_iter()
    .map(|field| field.length_max(200))
    .collect()
}

fn choices() -> Choices<'static> {
    let choice =
        |value: &'static str, is_chosen| Choice { value: value.into(), label: value.into(), is_chosen };
    Choices {
        name: "state",
        label: "State".into(),
        options: vec![choice("any", false), choice("pending", true)],
        hint: Some("Which ones are shown.".into()),
    }
}

fn switches() -> Vec<Switch<'static>> {
    let switch = |name: &'static str, is_on| Switch {
        name: name.into(),
        label: "Verify a new address before it is used".into(),
        is_on,
        hint: Some("The old one stays in force until then.".into()),
    };
    vec![switch("on", true), switch("off", false)]
}

fn menu() -> Menu<'static> {
    Menu {
        label: "Actions for bob@example.org".into(),
        csrf: "",
        items: vec![
            MenuItem::Post {
                action: "/dev/components".into(),
                label: "Remove".into(),
                fields: vec![("value", "bob@example.org".into())],
                is_destructive: true,
            },
            MenuItem::Refused { label: "Make primary".into(), why: "Only a verified address can be.".into() },
        ],
    }
}

fn timeline(clock: Clock) -> Timeline {
    let step = |tone, title: &str, minutes: i64| Step {
        tone,
        title: title.to_owned(),
        detail: None,
        at: clock.tell(clock.now - SignedDuration::from_mins(minutes)),
    };
    let refused = Step { detail: Some("550 no such user".to_owned()), ..step(Tone::Problem, "Refused", 1) };
    Timeline {
        steps: vec![
            step(Tone::Neutral, "Asked for", 9),
            step(Tone::Waiting, "Handed to the mail server", 8),
            step(Tone::Good, "Proven", 5),
            refused,
        ],
    }
}
