//! How far long work is: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

/// How many people a line elsewhere stands for.
const EVERY: u64 = 10_000;

/// Progress through a file of known length, or of people nobody has counted.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    people: u64,
}

impl Progress {
    /// Starts at nothing. `length` is in bytes, `None` where nobody knows it.
    pub(super) fn start(length: Option<u64>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| match length {
            Some(length) => styled(ProgressBar::new(length), "{bar:40} {percent:>3} %  {msg}  {eta} left"),
            None => styled(ProgressBar::new_spinner(), "{spinner} {msg}  {elapsed}"),
        });
        Self { bar, people: 0 }
    }

    /// One more, and so much of the file with him.
    pub(super) fn one_more(&mut self, read: u64) {
        self.people += 1;
        match &self.bar {
            Some(bar) => {
                bar.set_position(read);
                if self.people.is_multiple_of(100) {
                    bar.set_message(format!("{} people", self.people));
                }
            }
            None if self.people.is_multiple_of(EVERY) => eprintln!("{} people", self.people),
            None => {}
        }
    }

    /// Says something without tearing the bar.
    pub(super) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
