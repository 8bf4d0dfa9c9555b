//! A page as a browser reads it: where it leads, what it asks for, and what must not be in it.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};

/// What a page says, and what is wrong with it.
#[derive(Default, Debug)]
pub(super) struct Page {
    /// Every address a person can go to.
    pub(super) links: Vec<String>,
    /// Every file it loads.
    pub(super) files: Vec<String>,
    pub(super) forms: Vec<Form>,
    pub(super) faults: Vec<String>,
}

/// A form, and everything that is sent with it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Form {
    id: String,
    pub(super) method: String,
    pub(super) action: String,
    pub(super) fields: Vec<Field>,
    /// Name and value of each button; nothing where it has none.
    pub(super) buttons: Vec<Option<(String, String)>>,
}

/// A control of a form.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) value: String,
    /// Whether it would be sent as it stands.
    is_sent: bool,
}

/// Attributes that name an address.
const ADDRESSES: [&str; 8] = ["href", "src", "action", "formaction", "srcset", "poster", "data", "ping"];
/// What has no place in a page of ours.
const BANNED: [&str; 7] = ["style", "iframe", "object", "embed", "base", "frame", "applet"];

impl Form {
    /// What a form carries that no other page can know: of a session, or of the link that led here.
    pub(super) fn token(&self) -> Option<&Field> {
        self.fields.iter().find(|field| is_token(&field.name))
    }

    /// Two forms that ask for the same thing.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let names = |form: &Self| form.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        self.action == other.action && names(self) == names(other) && self.buttons == other.buttons
    }

    /// What a person would send who fills what is empty and presses the button, or one of them; without the token.
    pub(super) fn filled(&self, button: Option<&(String, String)>) -> Vec<(String, String)> {
        let fields = self.fields.iter().filter(|field| field.is_sent && !is_token(&field.name));
        let pairs = fields.map(|field| match field.value.as_str() {
            "" => (field.name.clone(), field.example().to_owned()),
            value => (field.name.clone(), value.to_owned()),
        });
        pairs.chain(button.cloned()).collect()
    }

    /// Each way to send it: by every button that says something of its own.
    pub(super) fn presses(&self) -> Vec<Option<&(String, String)>> {
        if self.buttons.is_empty() { vec![None] } else { self.buttons.iter().map(Option::as_ref).collect() }
    }
}

pub(super) fn is_token(name: &str) -> bool {
    name == "csrf" || name == "nonce"
}

impl Field {
    fn example(&self) -> &'static str {
        match (self.name.as_str(), self.kind.as_str()) {
            (_, "hidden" | "select") => "",
            (_, "date") => "2026-03-01",
            (_, "password") => "brass-heron-comet",
            ("emails", _) => "crawled@example.org",
            ("phoneNumbers", _) => "0123456780",
            ("user", _) => "bob",
            ("code", _) => "123ABC",
            _ => "crawled",
        }
    }
}

/// Reads a page.
pub(super) fn read(html: &str) -> Page {
    let mut reader = Reader::default();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => reader.starts(&tag),
            Token::EndTag(tag) => reader.ends(&text(&tag.name)),
            Token::String(said) if reader.in_script && !text(&said).trim().is_empty() => {
                reader.fault("an inline script".to_owned());
            }
            Token::Error(error) => reader.fault(format!("HTML: {:?}", error.value)),
            _ => {}
        }
    }
    reader.finished()
}

#[derive(Default)]
struct Reader {
    page: Page,
    /// The form whose start was read last and its end not.
    open: Option<usize>,
    in_script: bool,
    /// The select that is open; nothing of it is chosen as long as its field is not sent.
    select: Option<(Option<usize>, Field)>,
    /// Buttons and fields outside their form, by its id.
    elsewhere: Vec<(String, Field, bool)>,
}

impl Reader {
    fn starts(&mut self, tag: &StartTag<()>) {
        let name = text(&tag.name);
        self.judge(&name, tag);
        let value = |wanted: &str| attribute(tag, wanted);
        match name.as_str() {
            "a" | "area" => self.page.links.extend(value("href")),
            "link" | "img" => self.page.files.extend(value("href").or_else(|| value("src"))),
            "script" => {
                self.in_script = true;
                self.page.files.extend(value("src"));
            }
            "form" => {
                let form = Form {
                    id: value("id").unwrap_or_default(),
                    method: value("method").unwrap_or_default().to_lowercase(),
                    action: value("action").unwrap_or_default(),
                    ..Form::default()
                };
                self.open = Some(self.page.forms.len());
                self.page.forms.push(form);
            }
            "input" | "textarea" => self.field(tag),
            "button" => self.button(tag),
            "select" => {
                let name = value("name").unwrap_or_default();
                let field = Field { name, kind: "select".to_owned(), ..Field::default() };
                self.select = Some((self.open, field));
            }
            "option" => self.option(tag),
            _ => {}
        }
    }

    fn ends(&mut self, name: &str) {
        match name {
            "script" => self.in_script = false,
            "form" => self.open = None,
            "select" => {
                if let Some((Some(form), field)) = self.select.take() {
                    self.page.forms[form].fields.push(field);
                }
            }
            _ => {}
        }
    }

    /// SEC-25, SEC-27: nothing inline, nothing of another origin, nothing that runs.
    fn judge(&mut self, name: &str, tag: &StartTag<()>) {
        if BANNED.contains(&name) || (name == "meta" && attribute(tag, "http-equiv").is_some()) {
            self.fault(format!("<{name}>"));
        }
        for (attribute, value) in &tag.attributes {
            let (attribute, value) = (text(attribute), text(value));
            if attribute.starts_with("on") || attribute == "style" {
                self.fault(format!("<{name} {attribute}={value:?}>"));
            }
            let is_address = ADDRESSES.contains(&attribute.as_str()) || attribute.ends_with(":href");
            if is_address && !is_local(&value) {
                self.fault(format!("<{name} {attribute}={value:?}> is not of this server"));
            }
            if attribute == "target" || attribute == "formmethod" {
                self.fault(format!("<{name} {attribute}={value:?}>"));
            }
        }
    }

    fn field(&mut self, tag: &StartTag<()>) {
        let kind = attribute(tag, "type").unwrap_or_else(|| "text".to_owned()).to_lowercase();
        let value = attribute(tag, "value").unwrap_or_default();
        let name = attribute(tag, "name").unwrap_or_default();
        let is_secret =
            kind == "password" || attribute(tag, "autocomplete").as_deref() == Some("one-time-code");
        if is_secret && !value.is_empty() {
            self.fault(format!("the secret field {name} has a value"));
        }
        let is_choice = kind == "checkbox" || kind == "radio";
        let is_sent = !name.is_empty() && (!is_choice || attribute(tag, "checked").is_some());
        self.put(tag, Field { name, kind, value, is_sent }, false);
    }

    fn button(&mut self, tag: &StartTag<()>) {
        let name = attribute(tag, "name").unwrap_or_default();
        let value = attribute(tag, "value").unwrap_or_default();
        self.put(tag, Field { name, value, ..Field::default() }, true);
    }

    fn put(&mut self, tag: &StartTag<()>, field: Field, is_button: bool) {
        match (attribute(tag, "form"), self.open) {
            (Some(id), _) => self.elsewhere.push((id, field, is_button)),
            (None, Some(form)) => add(&mut self.page.forms[form], field, is_button),
            (None, None) => {}
        }
    }

    fn option(&mut self, tag: &StartTag<()>) {
        if let Some((_, field)) = &mut self.select
            && (!field.is_sent || attribute(tag, "selected").is_some())
        {
            field.is_sent = true;
            field.value = attribute(tag, "value").unwrap_or_default();
        }
    }

    fn finished(mut self) -> Page {
        for (id, field, is_button) in self.elsewhere {
            match self.page.forms.iter_mut().find(|form| form.id == id) {
                Some(form) => add(form, field, is_button),
                None => self.page.faults.push(format!("{} belongs to no form", field.name)),
            }
        }
        for form in &self.page.forms {
            let (has_token, action) = (form.token().is_some(), &form.action);
            match form.method.as_str() {
                "post" if has_token => {}
                // A token in an address would be in histories and logs (SEC-29).
                "get" if !has_token => {}
                method => {
                    self.page.faults.push(format!("a form to {action:?} by {method:?}, token: {has_token}"));
                }
            }
        }
        self.page
    }

    fn fault(&mut self, fault: String) {
        self.page.faults.push(fault);
    }
}

fn add(form: &mut Form, field: Field, is_button: bool) {
    if is_button {
        form.buttons.push((!field.name.is_empty()).then_some((field.name, field.value)));
    } else if !field.name.is_empty() {
        form.fields.push(field);
    }
}

/// A path or a place in the page: no scheme, no host, nothing a browser takes for one.
fn is_local(address: &str) -> bool {
    let begins = |start: &str| address.starts_with(start);
    let path = begins("/") && !begins("//") && !begins("/\\");
    path || begins("#") || begins("?")
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes.get(name.as_bytes()).map(|value| text(value))
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the crawl looks for is found: each of these is a fault, and none of the last.
#[test]
fn what_has_no_place_in_a_page_is_noticed() {
    for bad in [
        "<p style='x'>",
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        "<a href='javascript:alert(1)'>",
        "<img src='https://elsewhere.example/x.png'>",
        "<a href='//elsewhere.example/'>",
        "<button onclick='x()'>",
        "<svg><a xlink:href='data:text/html,x'></svg>",
        "<meta http-equiv='refresh' content='0'>",
        "<form action='/x'></form>",
        "<form method='post' action='/x'></form>",
        "<form method='get' action='/x'><input name='csrf' value='x'></form>",
        "<input type='password' value='x'>",
        "<input autocomplete='one-time-code' value='x'>",
        "<button form='nothing' name='a' value='b'>",
    ] {
        assert_ne!(read(bad).faults, [""; 0], "{bad}");
    }
    let fine = "<script src='/a.js'></script><form id='f' method='post' action='/x'><input name='csrf' value='t'>\
                <select name='s'><option value='1'><option value='2' selected></select></form>\
                <button form='f' name='do' value='it'>Go</button><a href='/y?z=1&#38;b=2'>y</a>";
    let page = read(fine);
    assert_eq!(page.faults, [""; 0]);
    assert_eq!(page.links, ["/y?z=1&b=2"]);
    let pairs = [("s", "2"), ("do", "it")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(page.forms[0].filled(page.forms[0].presses()[0]), pairs);
}
