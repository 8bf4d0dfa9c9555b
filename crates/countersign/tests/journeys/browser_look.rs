//! How a page is looked at: in both themes and three widths, by the rules of WCAG, and as a picture for people
//! (pages §6).

use serde_json::Value;

use crate::browser_driver::Browser;

/// The rules a page is held to: WCAG 2.2 AA, and what axe-core knows beyond it.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

/// What is smaller than 24 px (WCAG 2.5.8), among what can be pressed and does not stand in a sentence.
const TOO_SMALL: &str = "[...document.querySelectorAll('button, summary, .button, .tabs a, nav a, select, input:not([type=hidden])')]
    .filter(one => one.checkVisibility() && !['checkbox', 'radio'].includes(one.type))
    .filter(one => one.offsetHeight < 24 || one.offsetWidth < 24).map(one => one.outerHTML)";

/// What makes the page wider than the window.
const TOO_WIDE: &str =
    "document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display != 'inline' && getComputedStyle(one).overflowX == 'visible').map(one => one.outerHTML.slice(0, 120))
    .concat('the page')";

/// Looks at the page as it is: nothing is cut off or too small to press, axe-core finds nothing, the browser complains of
/// nothing. The pictures lie in `screenshots/NAME-THEME-WIDTH.png` of the target folder.
pub(crate) async fn looked_at(browser: &Browser, name: &str) {
    assert_eq!(browser.complaints().await, [""; 0], "{name}");
    for theme in ["light", "dark"] {
        for width in [320, 375, 1280] {
            browser.look(width, theme).await;
            let place = format!("{name}, {theme}, {width} px");
            assert_eq!(browser.value_of(TOO_WIDE).await, serde_json::json!([]), "{place}: cut off");
            assert_eq!(browser.value_of(TOO_SMALL).await, serde_json::json!([]), "{place}: too small");
            if width != 320 {
                judged(browser, &place).await;
                browser.picture(&format!("{name}-{theme}-{width}")).await;
            }
        }
    }
}

/// Looks at the page at twice the size (1280 px at 200 % are 640), and with the colours a person has chosen: nothing is cut
/// off or too small to press, and what can be pressed or typed into has an outline that does not come from a background.
pub(crate) async fn seen_otherwise(browser: &Browser, name: &str) {
    browser.look(640, "light").await;
    assert_eq!(browser.value_of(TOO_WIDE).await, serde_json::json!([]), "{name}, 200 %: cut off");
    assert_eq!(browser.value_of(TOO_SMALL).await, serde_json::json!([]), "{name}, 200 %: too small");
    browser.picture(&format!("{name}-200")).await;
    let media = serde_json::json!({"features": [{"name": "forced-colors", "value": "active"}]});
    browser.look(1280, "light").await;
    browser.devtools("Emulation.setEmulatedMedia", media).await;
    assert_eq!(browser.value_of(WITHOUT_OUTLINE).await, serde_json::json!([]), "{name}, forced colours");
    browser.picture(&format!("{name}-forced")).await;
}

/// What can be pressed or typed into and is told by its background only, which forced colours take away.
const WITHOUT_OUTLINE: &str = "[...document.querySelectorAll('button, .button, select, input:not([type=hidden]), .badge, .notice')]
    .filter(one => one.checkVisibility() && !['checkbox', 'radio'].includes(one.type))
    .filter(one => parseFloat(getComputedStyle(one).borderTopWidth) == 0 && parseFloat(getComputedStyle(one).borderBottomWidth) == 0)
    .map(one => one.outerHTML.slice(0, 120))";

/// axe-core's opinion, where it is there (`COUNTERSIGN_TEST_AXE`). The script is told by the driver: the page's own
/// policy would let none in.
async fn judged(browser: &Browser, place: &str) {
    let Some(path) = std::env::var_os("COUNTERSIGN_TEST_AXE") else {
        println!("skipped: COUNTERSIGN_TEST_AXE is not set");
        return;
    };
    let script = std::fs::read_to_string(path).unwrap();
    let options = format!("{{runOnly: {RULES}, resultTypes: ['violations']}}");
    let found = browser
        .awaited(&format!(
            "const done = arguments[0]; {script};
             axe.run(document, {options}).then(found => done(found.violations.map(violation =>
                 violation.id + ': ' + violation.help + ' ' + violation.nodes.map(node => node.html).join(' | '))),
                 problem => done(String(problem)));"
        ))
        .await;
    assert_eq!(found, Value::Array(Vec::new()), "{place}");
}
