//! What watching the folder promises. Modification times are set by hand: no test waits for a clock.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::publisher::SMS_STREAM;

struct Home {
    dir: tempfile::TempDir,
    moment: u64,
}

impl Home {
    fn new() -> (Self, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        (Self { dir, moment: 1_700_000_000 }, folder)
    }

    fn write(&mut self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        fs::write(&path, text).unwrap();
        self.moment += 1;
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(self.moment)).unwrap();
    }
}

fn publisher(name: &str) -> String {
    format!(
        r#"<eventPublisher name="{name}" processing="enable" xmlns="http://wso2.org/carbon/eventpublisher">
             <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
             <mapping customMapping="enable" type="json"><inline>{{"to":{{{{mobile}}}}}}</inline></mapping>
             <to eventAdapterType="http"><property name="http.url">https://{name}.example.com/</property></to>
           </eventPublisher>"#
    )
}

fn active(publishers: &Publishers) -> Option<&str> {
    publishers.active.get(SMS_STREAM).map(|publisher| publisher.name.as_str())
}

fn states(publishers: &Publishers) -> Vec<(&str, &FileState)> {
    publishers.reports.iter().map(|report| (report.file.as_str(), &report.state)).collect()
}

/// DESIGN §5: a file is read when it stood still for one poll, not while it is being written.
#[test]
fn a_file_is_read_once_it_stands_still() {
    let (mut home, mut folder) = Home::new();
    assert_eq!(folder.poll(), Publishers::default());

    home.write("sms.xml", "<eventPub");
    let half = folder.poll();
    home.write("sms.xml", &publisher("one"));
    let changed = folder.poll();
    let still = folder.poll();

    assert_eq!(states(&half), [("sms.xml", &FileState::Settling)]);
    assert_eq!(states(&changed), [("sms.xml", &FileState::Settling)]);
    assert_eq!(active(&still), Some("one"));
    assert_eq!(states(&still), [("sms.xml", &FileState::Active)]);
}

/// SEC-51: a bad edit keeps the last good version sending and is reported; a good edit replaces it.
#[test]
fn a_bad_file_keeps_the_last_good_one() {
    let (mut home, mut folder) = Home::new();
    home.write("sms.xml", &publisher("one"));
    folder.settle();

    home.write("sms.xml", "<eventPublisher>");
    let bad = folder.settle();
    home.write("sms.xml", &publisher("two"));
    let good = folder.settle();

    assert_eq!(active(&bad), Some("one"));
    assert_eq!(
        bad.reports.iter().flat_map(|report| &report.problems).map(ToString::to_string).collect::<Vec<_>>(),
        ["sms.xml:1:17: The file ends before the root element is closed."]
    );
    let [report] = bad.reports.as_slice() else { panic!("one file, one report") };
    let in_use = report.publisher.as_deref().map(|publisher| publisher.name.as_str());
    assert_eq!((in_use, report.keeps_last_good), (Some("one"), true));
    let excerpt = report.problems[0].excerpt.as_ref().map(|excerpt| (excerpt.line.as_str(), excerpt.before));
    assert_eq!(excerpt, Some(("<eventPublisher>", 16)));
    assert_eq!(active(&good), Some("two"));
    assert!(good.reports.iter().all(|report| !report.keeps_last_good));
    assert!(good.reports.iter().all(|report| report.problems.is_empty()));
}

/// DESIGN §5: of several enabled files the first by name sends; when it goes, the next one does.
#[test]
fn the_first_by_name_sends_and_the_others_are_shadowed() {
    let (mut home, mut folder) = Home::new();
    home.write("b.xml", &publisher("bee"));
    home.write("a.xml", &publisher("ant"));
    home.write("notes.txt", "not a publisher");

    let both = folder.settle();
    fs::remove_file(home.dir.path().join("a.xml")).unwrap();
    let one = folder.poll();

    assert_eq!(active(&both), Some("ant"));
    assert_eq!(
        states(&both),
        [("a.xml", &FileState::Active), ("b.xml", &FileState::Shadowed { by: "a.xml".into() })]
    );
    assert_eq!(active(&one), Some("bee"));
    assert_eq!(states(&one), [("b.xml", &FileState::Active)]);
}

/// A file that is switched off stops sending; so does one that is removed.
#[test]
fn switching_off_and_removing_withdraw() {
    let (mut home, mut folder) = Home::new();
    home.write("sms.xml", &publisher("one"));
    folder.settle();

    home.write("sms.xml", &publisher("one").replace("\"enable\" xmlns", "\"disable\" xmlns"));
    let off = folder.settle();
    fs::remove_file(home.dir.path().join("sms.xml")).unwrap();
    let removed = folder.poll();

    assert_eq!(states(&off), [("sms.xml", &FileState::Disabled)]);
    assert_eq!(active(&off), None);
    assert_eq!(removed, Publishers::default());
}

/// SEC-51: no symbolic link out of the folder, and no file beyond 256 KiB.
#[cfg(unix)]
#[test]
fn links_that_lead_out_and_giants_are_refused() {
    let (mut home, mut folder) = Home::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("real.xml");
    fs::write(&target, publisher("outside")).unwrap();
    std::os::unix::fs::symlink(&target, home.dir.path().join("link.xml")).unwrap();
    home.write("giant.xml", &format!("{}{}", publisher("giant"), " ".repeat(FILE_BYTES_MAX)));

    let publishers = folder.settle();

    assert_eq!(publishers.active.len(), 0);
    let problems: Vec<_> =
        publishers.reports.iter().flat_map(|report| &report.problems).map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "giant.xml:1:1: The file is larger than 256 KiB: a publisher never is.",
            "link.xml:1:1: The file is a link that leads out of the folder: copy it here.",
        ]
    );
}
