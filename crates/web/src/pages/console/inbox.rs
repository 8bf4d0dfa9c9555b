//! The dev inbox: the messages a newcomer's server would have sent (DESIGN §3.1; §5, "Dev inbox").

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{Inbox, InboxMessage};
use countersign_domain::claim::Channel;

use super::navigation::Navigation;
use crate::auth::Caller;
use crate::layer;
use crate::pages::component::{Clock, Empty, Moment};
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::pages::{Look, PageError, page};
use crate::state::Web;

/// Only for whoever sits at this machine, signed in or not. For anybody else, and where there is no inbox, nothing is at
/// this path.
pub(super) async fn show(
    State(web): State<Web>,
    caller: Caller,
    request: Request,
) -> Result<Response, PageError> {
    let Some(inbox) = web.inbox.as_ref().filter(|_| caller.is_local) else {
        return Ok(layer::unknown_path(request).await);
    };
    let (mut parts, _) = request.into_parts();
    if let Some(visitor) = Visitor::of(&mut parts, &web).await? {
        let frame = visitor.frame(&web).in_console();
        let navigation = Navigation::of(&web, &visitor, "dev-inbox");
        return Ok(visitor.show(&InboxPage::new(frame, navigation, visitor.clock(), &web, inbox)));
    }
    let look = Look::of(&parts.headers);
    let (frame, navigation) =
        (Frame::of_anybody(look, &web.app.file().organization), Navigation::of_nobody(look));
    let clock = Clock { now: web.app.now().await?, texts: look.texts };
    Ok(page::answer(StatusCode::OK, &InboxPage::new(frame, navigation, clock, &web, inbox)))
}

/// `templates/console/inbox.html`.
#[derive(Template)]
#[template(path = "console/inbox.html")]
struct InboxPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    messages: Vec<Shown>,
    /// Changes with every message.
    live: String,
    /// Instead of messages.
    empty: Option<Empty<'a>>,
}

/// A message on the page.
struct Shown {
    heading: String,
    /// `SMS to 0123456789`.
    to: String,
    at: Moment,
    lines: Vec<Vec<Piece>>,
}

/// A stretch of text; one that leads to this server can be clicked.
#[derive(PartialEq, Eq, Debug)]
enum Piece {
    Text(String),
    Link(String),
}

impl<'a> InboxPage<'a> {
    fn new(frame: Frame<'a>, navigation: Navigation, clock: Clock, web: &Web, inbox: &Inbox) -> Self {
        let (t, messages) = (clock.texts, inbox.messages());
        let shown = |message: &InboxMessage| {
            let (channel, to) = match message.channel {
                Channel::Email => (t.say("channel-email"), "inbox-email-to"),
                Channel::Sms => (t.say("channel-sms"), "inbox-sms-to"),
            };
            Shown {
                heading: message.subject.clone().unwrap_or_else(|| channel.to_owned()),
                to: t.fill(to, &[("to", &message.to)]),
                at: clock.tell(message.at),
                lines: message.text.lines().map(|line| pieces(line, &web.options.public_url)).collect(),
            }
        };
        let newest = messages.first().map(|message| message.at.to_string()).unwrap_or_default();
        Self {
            frame,
            navigation,
            live: format!("{} {newest}", messages.len()),
            empty: messages.is_empty().then(|| Empty {
                heading: t.say("inbox-empty").into(),
                text: t.say("inbox-empty-text").into(),
                action: None,
            }),
            messages: messages.iter().map(shown).collect(),
        }
    }
}

/// Finds the links to this server in a line: a newcomer clicks instead of copying.
fn pieces(line: &str, public_url: &str) -> Vec<Piece> {
    let start = format!("{public_url}/");
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((before, link)) = rest.find(&start).and_then(|at| rest.split_at_checked(at)) {
        let end = link.find(|c: char| c.is_whitespace() || "<>\"".contains(c)).unwrap_or(link.len());
        // A full stop after a link ends the sentence, not the link.
        let end = link.get(..end).map_or(end, |link| link.trim_end_matches(['.', ',', ';', ')', '!']).len());
        let (link, after) = link.split_at_checked(end).unwrap_or((link, ""));
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Link(link.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::Body;
    use countersign_app::Inbox;
    use countersign_domain::claim::Channel;

    use super::*;
    use crate::sample::{PUBLIC_URL, TestServer};
    use crate::state::WebParts;

    fn mail(text: &str) -> InboxMessage {
        InboxMessage {
            at: "2026-03-01T12:00:00Z".parse().unwrap(),
            channel: Channel::Email,
            to: "new@example.org".to_owned(),
            subject: Some("Confirm <this> address".to_owned()),
            text: text.to_owned(),
        }
    }

    fn with_inbox(messages: Vec<InboxMessage>) -> TestServer {
        let mut server = TestServer::start();
        let inbox = Inbox::default();
        for message in messages {
            inbox.put(message);
        }
        let web = Web::new(WebParts { inbox: Some(Arc::new(inbox)), ..(*server.web).clone() });
        server.serve(web);
        server
    }

    fn look() -> axum::http::request::Builder {
        Request::get("/console/dev-inbox")
    }

    #[tokio::test]
    async fn messages_are_shown_with_their_links() {
        let link = format!(
            "{PUBLIC_URL}/accountrecoveryendpoint/confirmregistration.do?confirmation=a.b&username=bob"
        );
        let server = with_inbox(vec![mail(&format!("Confirm it here: {link} today.\nBye"))]);

        let page = server.send(look().body(Body::empty()).unwrap()).await;

        assert_eq!(page.status.as_u16(), 200);
        assert!(
            page.text.contains("new@example.org") && page.text.contains("Confirm &#60;this&#62; address")
        );
        let escaped = link.replace('&', "&#38;");
        if let Some(folder) = std::env::var_os("COUNTERSIGN_PAGES") {
            std::fs::write(std::path::Path::new(&folder).join("dev-inbox.html"), &page.text).unwrap();
        }
        assert!(page.text.contains(&format!("<a href=\"{escaped}\">{escaped}</a> today.")), "{}", page.text);
    }

    /// DESIGN §5: a forwarding header means another machine; without an inbox there is no page.
    #[tokio::test]
    async fn there_is_no_inbox_for_anybody_else() {
        let server = with_inbox(vec![mail("secret")]);

        let forwarded = look().header("x-forwarded-for", "198.51.100.7").body(Body::empty()).unwrap();
        let forwarded = server.send(forwarded).await;
        let without = TestServer::start().send(look().body(Body::empty()).unwrap()).await;

        assert_eq!((forwarded.status.as_u16(), without.status.as_u16()), (404, 404));
        assert!(!forwarded.text.contains("secret"));
    }

    #[tokio::test]
    async fn an_empty_inbox_says_what_will_be_here() {
        let server = with_inbox(Vec::new());

        let page = server.send(look().body(Body::empty()).unwrap()).await;

        assert!(page.text.contains("No messages yet"));
    }

    #[test]
    fn only_links_to_this_server_are_links() {
        let found = pieces("see https://id.example.com:9443/x, or https://evil.example/", PUBLIC_URL);

        assert_eq!(
            found,
            [
                Piece::Text("see ".to_owned()),
                Piece::Link("https://id.example.com:9443/x".to_owned()),
                Piece::Text(", or https://evil.example/".to_owned()),
            ]
        );
        assert_eq!(pieces("", PUBLIC_URL), []);
    }
}
