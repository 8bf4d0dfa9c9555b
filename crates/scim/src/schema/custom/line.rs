//! Which line of a JSON text a value begins in.

use super::Step;

/// The line, counted from 1, of the value these steps lead to, or of the last one on the way that is there. The text is
/// known to be JSON.
pub(super) fn of(text: &str, place: &[Step]) -> usize {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.blank();
    for step in place {
        let found = match step {
            Step::Key(name) => scan.member(name),
            Step::Index(index) => scan.element(*index),
        };
        match found {
            Some(at) => scan.at = at,
            None => break,
        }
    }
    1 + scan.bytes.iter().take(scan.at).filter(|byte| **byte == b'\n').count()
}

#[derive(Clone, Copy)]
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Scan<'t> {
    fn here(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes over white space and what separates values.
    fn blank(&mut self) {
        while self.here().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',' || byte == b':') {
            self.at += 1;
        }
    }

    /// Passes over a value, whatever is in it.
    fn value(&mut self) -> Option<&'t [u8]> {
        let (start, mut depth) = (self.at, 0_usize);
        loop {
            match self.here()? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                byte if byte.is_ascii_whitespace() || byte == b',' || byte == b':' => self.at += 1,
                _ => {
                    while self
                        .here()
                        .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                    {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return self.bytes.get(start..self.at);
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.here()? {
                b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// Where the member of the object that begins here has its value.
    fn member(mut self, name: &str) -> Option<usize> {
        self.at += 1;
        loop {
            self.blank();
            let key = (self.here()? == b'"').then(|| self.value()).flatten()?;
            self.blank();
            if key.strip_prefix(b"\"").and_then(|key| key.strip_suffix(b"\"")) == Some(name.as_bytes()) {
                return Some(self.at);
            }
            self.value()?;
        }
    }

    /// Where the element of the array that begins here begins.
    fn element(mut self, index: usize) -> Option<usize> {
        self.at += 1;
        self.blank();
        for _ in 0..index {
            self.value()?;
            self.blank();
        }
        (self.here()? != b']').then_some(self.at)
    }
}
