//! Lines of the plain-text twin, at most 72 columns wide.

/// What a line holds at most; a link or an address that is longer stays whole.
const COLUMNS: usize = 72;
/// Stands for a space of the template while its text is wrapped. No value holds it: control characters are taken out.
const BREAKABLE: char = '\u{1f}';
/// What parts a fact's label from its value.
const FACT: &str = ":\u{1f}\u{1f}";

/// The template with its own spaces marked, before values come in: a line may break there and in no value, so that no
/// name can begin a line.
pub(super) fn breakable(template: &str) -> String {
    template.replace(' ', BREAKABLE.encode_utf8(&mut [0; 4]))
}

/// Every line of a text on as many as it takes. What follows a fact's label goes on beneath its value, and there may
/// break anywhere.
pub(super) fn wrapped(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(wrapped_line).collect();
    lines.join("\n").replace(BREAKABLE, " ") + "\n"
}

fn wrapped_line(line: &str) -> String {
    let label = line.split_once(FACT).map_or("", |(label, _)| label);
    let text = line.strip_prefix(label).unwrap_or(line).trim_start_matches([':', BREAKABLE]);
    let head = line.strip_suffix(text).unwrap_or_default();
    if label.is_empty() {
        return onto_lines(head, text.split(BREAKABLE), "");
    }
    onto_lines(head, text.split([BREAKABLE, ' ']), &" ".repeat(head.chars().count()))
}

/// The words behind `head`, further lines behind `indent`.
fn onto_lines<'w>(head: &str, words: impl Iterator<Item = &'w str>, indent: &str) -> String {
    let (mut lines, mut width) = (head.to_owned(), head.chars().count());
    for (index, word) in words.filter(|word| !word.is_empty()).enumerate() {
        let length = word.chars().count();
        if index > 0 && width + 1 + length > COLUMNS {
            lines.push('\n');
            lines.push_str(indent);
            width = indent.len();
        } else if index > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words go on in the next line, a longer one stays whole, and a code keeps its margin.
    #[test]
    fn a_paragraph_is_at_most_72_columns_wide() {
        let link = "https://id.example.org/".repeat(4);
        let text = format!("{}\n\n{link}\n\n    ABC123\n", ["abcdefgh"; 9].join(" "));

        let wrapped = wrapped(&breakable(&text));

        let expected = format!("{}\nabcdefgh\n\n{link}\n\n    ABC123\n", ["abcdefgh"; 8].join(" "));
        assert_eq!(wrapped, expected);
    }

    /// A fact's value goes on beneath itself.
    #[test]
    fn a_fact_goes_on_beneath_its_value() {
        let browser = "203.0.113.7 (Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like)";

        let wrapped = wrapped(&(breakable("From:    ") + browser));

        assert_eq!(
            wrapped,
            "From:    203.0.113.7 (Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\n         (KHTML, like)\n"
        );
    }

    /// SEC-31: whatever a name holds, it begins no line of its own in a sentence.
    #[test]
    fn no_value_begins_a_line_by_its_length() {
        let name = format!("{}:  Asked for by:  an administrator", "x".repeat(70));

        let wrapped = wrapped(&(breakable("Hello ") + &name + &breakable(", you are welcome.")));

        assert_eq!(wrapped, format!("Hello\n{name},\nyou are welcome.\n"));
    }
}
