//! Activity: what happened to the account, and what its person was told (pages §3.5).

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use countersign_app::{Activity, CancelledBecause, DeliveryState, Happening, Telling};
use countersign_domain::actor::Persona;
use serde::Deserialize;

use super::tabs::{Part, tabs};
use crate::pages::PageError;
use crate::pages::component::{Badge, Clock, Moment, Pager, Tabs, Tone};
use crate::pages::device;
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// A page of them.
const PAGE: u64 = 25;

/// `templates/myaccount/activity.html`.
#[derive(Template)]
#[template(path = "myaccount/activity.html")]
struct ActivityPage<'a> {
    frame: Frame<'a>,
    tabs: Tabs<'a>,
    rows: Vec<Row<'a>>,
    pager: Pager<'a>,
    csrf: &'a str,
}

/// One of them.
struct Row<'a> {
    tone: Tone,
    title: &'a str,
    value: Option<String>,
    /// Who, if somebody else; and from where.
    by: Option<String>,
    from: Option<String>,
    at: Moment,
    delivery: Option<Badge<'a>>,
    /// Where a change that still waits is called off, if somebody else asked for it.
    stop: Option<String>,
}

/// Where the page begins.
#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<String>,
}

/// The page.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let before = asked.before.map(|text| text.parse()).transpose().map_err(|_| PageError::NotFound)?;
    let (cx, t) = (visitor.as_owner(), visitor.look.texts);
    let (found, next) = web.app.activity(&cx, visitor.user()?, before, PAGE).await?;
    let page = ActivityPage {
        tabs: tabs(t, Part::Activity),
        rows: found.iter().map(|activity| row(activity, visitor.clock())).collect(),
        pager: Pager {
            label: t.say("pages"),
            previous: before.map(|_| ("/myaccount/activity".to_owned(), t.say("newest"))),
            next: next.map(|next| (format!("/myaccount/activity?before={next}"), t.say("older"))),
        },
        csrf: visitor.csrf(),
        frame: visitor.frame(&web),
    };
    Ok(visitor.show(&page))
}

fn row(activity: &Activity, clock: Clock) -> Row<'static> {
    let t = clock.texts;
    let (tone, id) = words(activity.what);
    let stranger = activity.by.as_ref().filter(|by| by.persona != Persona::Owner);
    let origin = activity.origin.as_ref();
    let address = origin.and_then(|origin| origin.address).map(|address| address.to_string());
    let client = origin.and_then(|origin| origin.client.as_deref()).map(device::named);
    let from = [client, address].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let change = activity.change.filter(|_| activity.can_cancel && stranger.is_some());
    Row {
        tone,
        title: t.find(id).unwrap_or_default(),
        value: activity.value.clone(),
        by: stranger.map(|by| t.fill("activity-by", &[("name", &by.display)])),
        from: (!from.is_empty()).then_some(from),
        at: clock.tell(activity.at),
        delivery: activity.delivery.as_ref().map(|delivered| delivery(t, delivered.state)),
        stop: change.map(|change| format!("/myaccount/changes/{change}/cancel")),
    }
}

fn delivery(t: &'static Texts, state: DeliveryState) -> Badge<'static> {
    match state {
        DeliveryState::Waiting => Badge::new(Tone::Waiting, t.say("delivery-waiting")),
        DeliveryState::HandedOver => Badge::new(Tone::Good, t.say("delivery-handed-over")),
        DeliveryState::Refused => Badge::new(Tone::Problem, t.say("delivery-refused")),
        DeliveryState::GivenUp => Badge::new(Tone::Problem, t.say("delivery-given-up")),
        DeliveryState::Dropped => Badge::new(Tone::Neutral, t.say("delivery-dropped")),
    }
}

/// How it feels, and the name of its message.
const fn words(what: Happening) -> (Tone, &'static str) {
    match what {
        Happening::AccountCreated => (Tone::Neutral, "did-account-created"),
        Happening::ProfileEdited => (Tone::Neutral, "did-profile-edited"),
        Happening::Disabled => (Tone::Problem, "did-disabled"),
        Happening::Enabled => (Tone::Good, "did-enabled"),
        Happening::Locked => (Tone::Problem, "did-locked"),
        Happening::Unlocked => (Tone::Good, "did-unlocked"),
        Happening::ProofAsked => (Tone::Waiting, "did-proof-asked"),
        Happening::ProofSentAgain => (Tone::Waiting, "did-sent-again"),
        Happening::WrongCode => (Tone::Neutral, "did-wrong-code"),
        Happening::TooManyWrongCodes => (Tone::Problem, "did-too-many-codes"),
        Happening::Proven(_) => (Tone::Good, "did-proven"),
        Happening::Written { .. } => (Tone::Neutral, "did-written"),
        Happening::Removed => (Tone::Neutral, "did-removed"),
        Happening::MarkedVerified => (Tone::Neutral, "did-marked-verified"),
        Happening::VerifiedWithdrawn => (Tone::Neutral, "did-withdrawn"),
        Happening::ListEdited => (Tone::Neutral, "did-list-edited"),
        Happening::ChangeCancelled(why) => (Tone::Neutral, cancelled(why)),
        Happening::ChangeSuperseded => (Tone::Neutral, "did-superseded"),
        Happening::PasswordSet => (Tone::Neutral, "did-password-set"),
        Happening::SessionsEnded => (Tone::Neutral, "did-sessions-ended"),
        Happening::Told(what) => (Tone::Neutral, told(what)),
    }
}

const fn cancelled(why: CancelledBecause) -> &'static str {
    match why {
        CancelledBecause::Asked => "did-cancelled",
        CancelledBecause::Link => "did-cancelled-link",
        CancelledBecause::Security => "did-cancelled-security",
        CancelledBecause::Taken => "did-cancelled-taken",
        CancelledBecause::TooOld => "did-cancelled-old",
    }
}

const fn told(what: Telling) -> &'static str {
    match what {
        Telling::ChangeRequested => "told-requested",
        Telling::Changed => "told-changed",
        Telling::Removed => "told-removed",
        Telling::Added => "told-added",
        Telling::MarkedVerified => "told-marked-verified",
        Telling::Other => "told-other",
    }
}
