//! How a mail looks. Mail programs drop style sheets, so that every element carries its own style: a fragment names a
//! class, and the class is written out here. The colours are those of the pages (`countersign.css`), for a dark screen
//! those of the frame's style sheet, where the program reads it.

/// A class, and what it stands for.
const STYLES: [(&str, &str); 16] = [
    (
        "preheader",
        "display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:#ffffff;opacity:0;",
    ),
    (
        "title",
        "margin:0 0 16px;font-size:24px;line-height:30px;font-weight:650;letter-spacing:-0.3px;color:#161b26;",
    ),
    ("text", "margin:0 0 20px;font-size:16px;line-height:24px;color:#161b26;word-break:break-word;"),
    ("note", "margin:0 0 20px;font-size:15px;line-height:23px;color:#566073;word-break:break-word;"),
    ("question", "color:#161b26;"),
    ("one-word", "white-space:nowrap;"),
    ("action", "margin:0 0 12px;"),
    ("button", "border-radius:10px;background-color:#1f4fd1;mso-padding-alt:13px 24px;"),
    (
        "button-link",
        "display:inline-block;padding:13px 24px;border-radius:10px;font-size:16px;line-height:22px;font-weight:600;color:#ffffff;text-decoration:none;",
    ),
    ("beneath", "margin:0 0 24px;font-size:13px;line-height:20px;color:#566073;"),
    ("plain-link", "color:#1f4fd1;text-decoration:underline;word-break:break-all;"),
    ("code-box", "margin:0 0 20px;border-collapse:separate;"),
    // as far in from the left as the last letter is spaced on the right
    (
        "code",
        "padding:18px 8px 18px 14px;border:1px solid #e1e5ec;border-radius:10px;background-color:#f2f5fa;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;font-size:30px;line-height:36px;font-weight:600;letter-spacing:6px;color:#161b26;-webkit-user-select:all;user-select:all;",
    ),
    ("facts", "margin:0 0 20px;border-collapse:collapse;"),
    (
        "label",
        "width:1%;padding:9px 20px 9px 0;border-top:1px solid #e1e5ec;font-size:14px;line-height:20px;color:#566073;vertical-align:top;white-space:nowrap;",
    ),
    (
        "fact",
        "padding:9px 0;border-top:1px solid #e1e5ec;font-size:14px;line-height:20px;color:#161b26;vertical-align:top;word-break:break-word;",
    ),
];

/// The page with every class of ours written out. Only `class="…">` at the end of a tag is, so that an element may
/// bring a style of its own.
pub(super) fn inlined(html: &str) -> String {
    STYLES.iter().fold(html.to_owned(), |html, (class, style)| {
        html.replace(&format!("class=\"{class}\">"), &format!("class=\"{class}\" style=\"{style}\">"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A class of ours is written out; one that brings its own style, and one we do not know, stay as they are.
    #[test]
    fn a_class_carries_its_style() {
        let html = r#"<p class="text">a</p><p class="text" style="color:red">b</p><p class="theirs">c</p>"#;

        let styled = inlined(html);

        assert!(styled.starts_with(r#"<p class="text" style="margin:0 0 20px;font-size:16px;"#), "{styled}");
        assert!(styled.ends_with(r#"<p class="text" style="color:red">b</p><p class="theirs">c</p>"#));
    }
}
