//! The grammar of RFC 7644 figure 1, one function for each of its lines, on characters.

use serde_json::Value;

/// A filter, its names still text.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    Any(Vec<Ask>),
    All(Vec<Ask>),
    Not(Box<Ask>),
    /// `name[…]`.
    One(String, Box<Ask>),
    Has(String),
    Is(String, String, Value),
}

/// The whole of `text` as a filter; `None` where the grammar has no such sentence.
pub(super) fn filter(text: &str) -> Option<Ask> {
    let mut reader = Reader { rest: text.chars().collect() };
    let ask = reader.any()?;
    reader.rest.is_empty().then_some(ask)
}

/// What is left to read, from the front.
struct Reader {
    rest: Vec<char>,
}

impl Reader {
    fn spaces(&mut self) {
        while self.rest.first() == Some(&' ') {
            self.rest.remove(0);
        }
    }

    fn sign(&mut self, sign: char) -> bool {
        self.spaces();
        let is_there = self.rest.first() == Some(&sign);
        if is_there {
            self.rest.remove(0);
        }
        self.spaces();
        is_there
    }

    fn peeked(&self) -> String {
        self.rest.iter().take_while(|c| !" ()[]\"".contains(**c)).collect()
    }

    fn word(&mut self) -> Option<String> {
        self.spaces();
        let word = self.peeked();
        self.rest.drain(..word.chars().count());
        self.spaces();
        (!word.is_empty()).then_some(word)
    }

    /// Reads the word if it comes next.
    fn is_word(&mut self, wanted: &str) -> bool {
        self.spaces();
        let is_there = self.peeked().to_lowercase() == wanted;
        if is_there {
            self.word();
        }
        is_there
    }

    fn any(&mut self) -> Option<Ask> {
        let mut parts = vec![self.all()?];
        while self.is_word("or") {
            parts.push(self.all()?);
        }
        Some(Ask::Any(parts))
    }

    fn all(&mut self) -> Option<Ask> {
        let mut parts = vec![self.term()?];
        while self.is_word("and") {
            parts.push(self.term()?);
        }
        Some(Ask::All(parts))
    }

    fn term(&mut self) -> Option<Ask> {
        if self.sign('(') {
            return self.closed();
        }
        let name = self.word()?;
        if name.to_lowercase() == "not" {
            return if self.sign('(') { Some(Ask::Not(Box::new(self.closed()?))) } else { None };
        }
        if self.sign('[') {
            let mut inner = self.any()?;
            if !self.sign(']') {
                return None;
            }
            if self.rest.first() == Some(&'.') {
                self.rest.remove(0);
                // SCIM-58: the same value must satisfy both.
                let part = self.word()?;
                inner = Ask::All(vec![inner, self.compared(part)?]);
            }
            return Some(Ask::One(name, Box::new(inner)));
        }
        self.compared(name)
    }

    fn closed(&mut self) -> Option<Ask> {
        let inner = self.any()?;
        if self.sign(')') { Some(inner) } else { None }
    }

    fn compared(&mut self, name: String) -> Option<Ask> {
        let operator = self.word()?.to_lowercase();
        if operator == "pr" {
            return Some(Ask::Has(name));
        }
        let literal = self.literal()?;
        Some(Ask::Is(name, operator, literal))
    }

    fn literal(&mut self) -> Option<Value> {
        if self.rest.first() != Some(&'"') {
            return serde_json::from_str(&self.word()?).ok();
        }
        let mut end = 1;
        while *self.rest.get(end)? != '"' {
            end += if self.rest.get(end) == Some(&'\\') { 2 } else { 1 };
        }
        let text: String = self.rest.drain(..=end).collect();
        self.spaces();
        serde_json::from_str(&text).ok()
    }
}

/// A PATCH path (SCIM-76), its parts still text.
pub(super) struct Path {
    pub(super) name: String,
    pub(super) inner: Option<String>,
    pub(super) part: Option<String>,
}

/// Cuts a path at its brackets.
pub(super) fn path(text: &str) -> Option<Path> {
    let Some((name, rest)) = text.split_once('[') else {
        return Some(Path { name: text.to_owned(), inner: None, part: None });
    };
    let (inner, after) = rest.rsplit_once(']')?;
    let part = if after.is_empty() { None } else { Some(after.strip_prefix('.')?.to_owned()) };
    Some(Path { name: name.to_owned(), inner: Some(inner.to_owned()), part })
}
