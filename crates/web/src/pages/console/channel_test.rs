//! *Send me a test* (pages §5): an ordinary message through an ordinary sender; its page shows what becomes of it.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{SenderState, TestError};
use countersign_domain::Refusal;
use countersign_domain::claim::{Address, Channel, ClaimFamily};
use serde::Deserialize;

use super::crumbs::Crumbs;
use super::messages;
use super::navigation::Navigation;
use crate::pages::PageError;
use crate::pages::component::{Badge, ErrorSummary, Field, Tone};
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::posted::{Form, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// Where tests are asked for.
const PATH: &str = "/console/messages/test";

/// `templates/console/test_form.html`.
#[derive(Template)]
#[template(path = "console/test_form.html")]
pub(super) struct TestForm<'a> {
    csrf: &'a str,
    channel: &'static str,
    field: Field<'a>,
    button: &'a str,
    sender: Badge<'a>,
    /// Why a sender cannot work.
    broken: Option<String>,
}

impl HtmlSafe for TestForm<'_> {}

/// `templates/console/test.html`.
#[derive(Template)]
#[template(path = "console/test.html")]
struct TestPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    errors: Option<ErrorSummary<'a>>,
    form: TestForm<'a>,
}

/// Which channel is tried.
#[derive(Deserialize)]
pub(super) struct Asked {
    channel: String,
}

/// A test is asked for. The address is named as every address is.
#[derive(Deserialize)]
pub(super) struct TestSent {
    channel: String,
    #[serde(default)]
    emails: String,
    #[serde(default, rename = "phoneNumbers")]
    phone_numbers: String,
}

impl Form for TestSent {
    const KEPT: &'static [&'static str] = &["emails", "phoneNumbers"];
}

impl TestSent {
    fn address(&self, channel: Channel) -> &str {
        match channel {
            Channel::Email => &self.emails,
            Channel::Sms => &self.phone_numbers,
        }
    }
}

/// Whether a visitor may send tests, and see what becomes of them.
fn may(visitor: &Visitor) -> bool {
    visitor.has(messages::VIEW) && visitor.has(messages::UPDATE)
}

/// A form for each channel, with the visitor's own address; none where he may not.
pub(super) async fn forms<'a>(web: &Web, visitor: &'a Visitor) -> Result<Vec<TestForm<'a>>, PageError> {
    if !may(visitor) {
        return Ok(Vec::new());
    }
    Ok(vec![of(web, visitor, Channel::Email).await?, of(web, visitor, Channel::Sms).await?])
}

/// The form of one channel, with the visitor's own address; `None` where he may not.
pub(super) async fn form_of<'a>(
    web: &Web,
    visitor: &'a Visitor,
    channel: Channel,
) -> Result<Option<TestForm<'a>>, PageError> {
    if may(visitor) { of(web, visitor, channel).await.map(Some) } else { Ok(None) }
}

async fn of<'a>(web: &Web, visitor: &'a Visitor, channel: Channel) -> Result<TestForm<'a>, PageError> {
    let own = web.app.own_address(&visitor.as_owner(), channel).await?;
    let own = own.as_ref().map_or("", Address::as_str);
    let typed = visitor.typed(PATH, attribute(channel)).unwrap_or(own).to_owned();
    Ok(form(web, visitor, channel, typed, None))
}

fn form<'a>(
    web: &Web,
    visitor: &'a Visitor,
    channel: Channel,
    value: String,
    error: Option<String>,
) -> TestForm<'a> {
    let t = visitor.look.texts;
    let field = match channel {
        Channel::Email => Field::email("emails", t.say("test-email")),
        Channel::Sms => Field::tel("phoneNumbers", t.say("test-number")),
    };
    let senders = web.app.senders();
    let state = senders.of(channel);
    TestForm {
        csrf: visitor.csrf(),
        channel: channel.as_str(),
        field: field.value(value).error(error).length_max(255).required(),
        button: match channel {
            Channel::Email => t.say("test-send-email"),
            Channel::Sms => t.say("test-send-sms"),
        },
        sender: sender(t, state),
        broken: match state {
            SenderState::Broken(why) => Some(why.clone()),
            _ => None,
        },
    }
}

/// What stands behind a channel, in words.
pub(super) fn sender<'a>(t: &'static Texts, state: &SenderState) -> Badge<'a> {
    match state {
        SenderState::Missing => Badge::new(Tone::Problem, t.say("sender-missing")),
        SenderState::Inbox => Badge::new(Tone::Waiting, t.say("sender-inbox")),
        SenderState::Ready(name) => Badge::new(Tone::Good, t.fill("sender-ready", &[("name", name)])),
        SenderState::Broken(_) => Badge::new(Tone::Problem, t.say("sender-broken")),
    }
}

/// The form on a page of its own.
pub(super) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(messages::VIEW)?;
    visitor.needs(messages::UPDATE)?;
    let channel = asked.ok().and_then(|Query(asked)| channel_named(&asked.channel)).unwrap_or(Channel::Email);
    let form = of(&web, &visitor, channel).await?;
    Ok(page(&web, &visitor, form, None, StatusCode::OK))
}

/// Sends it, and leads to the message.
pub(super) async fn send(
    State(web): State<Web>,
    Posted { visitor, form: sent }: Posted<TestSent>,
) -> Result<Response, PageError> {
    visitor.needs(messages::VIEW)?;
    visitor.needs(messages::UPDATE)?;
    let channel = channel_named(&sent.channel).ok_or(PageError::Malformed)?;
    let (t, typed) = (visitor.look.texts, sent.address(channel).trim());
    let error = match Address::parse(family(channel), typed) {
        Err(_) => t.say("test-no-address").to_owned(),
        Ok(to) => match web.app.send_test(&visitor.as_privileged(), channel, to).await {
            Ok(id) => return Ok(visitor::done(&messages::path_of(id), "test-sent")),
            Err(TestError::Refused(Refusal::TooManyRequests { retry_after })) => {
                return Err(PageError::TooMany(retry_after));
            }
            Err(TestError::Refused(_)) => t.say("test-not-served").to_owned(),
            Err(TestError::OtherChannel(_)) => t.say("test-no-address").to_owned(),
            Err(TestError::NoPerson) => return Err(PageError::Forbidden),
            Err(TestError::Failure(failure)) => return Err(failure.into()),
        },
    };
    let errors = ErrorSummary {
        heading: t.say("something-to-mend").into(),
        errors: vec![(attribute(channel).into(), error.clone().into())],
    };
    let form = form(&web, &visitor, channel, typed.to_owned(), Some(error));
    Ok(page(&web, &visitor, form, Some(errors), StatusCode::UNPROCESSABLE_ENTITY))
}

fn page(
    web: &Web,
    visitor: &Visitor,
    form: TestForm<'_>,
    errors: Option<ErrorSummary<'_>>,
    status: StatusCode,
) -> Response {
    let t = visitor.look.texts;
    let above = vec![(Some(messages::PATH), t.say("place-messages"))];
    let page = TestPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "messages"),
        crumbs: Crumbs::new(t.say("console-breadcrumb"), above, t.say("test-heading")),
        errors,
        form,
    };
    visitor.answer(status, &page)
}

fn channel_named(word: &str) -> Option<Channel> {
    [Channel::Email, Channel::Sms].into_iter().find(|channel| channel.as_str() == word)
}

const fn family(channel: Channel) -> ClaimFamily {
    match channel {
        Channel::Email => ClaimFamily::Email,
        Channel::Sms => ClaimFamily::Mobile,
    }
}

const fn attribute(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "emails",
        Channel::Sms => "phoneNumbers",
    }
}
