//! "Did you mean": the known name that is closest to what was typed.

/// The number of single-character insertions, deletions and replacements between two names.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let mut previous: Vec<usize> = (0..=b.chars().count()).collect();
    for (row, left) in a.chars().enumerate() {
        let mut diagonal = row;
        let mut current = vec![row + 1];
        for (right, above) in b.chars().zip(previous.iter().skip(1)) {
            let beside = current.last().copied().unwrap_or(row + 1);
            let replaced = diagonal + usize::from(left != right);
            diagonal = *above;
            current.push(replaced.min(above + 1).min(beside + 1));
        }
        previous = current;
    }
    previous.last().copied().unwrap_or_default()
}

/// The closest of `known`, if it is close enough to be what was meant: at most a third of the letters differ.
pub(super) fn nearest<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // A file may hold a key of any length; the table of distances must not grow with it.
    if typed.len() > 128 {
        return None;
    }
    let typed = typed.to_ascii_lowercase();
    let allowed = (typed.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&typed, name), name))
        .filter(|(apart, _)| *apart <= allowed)
        .min_by_key(|(apart, _)| *apart)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    /// The measure is the one everybody knows.
    #[test]
    fn distance_counts_single_edits() {
        let pairs = [("", "abc"), ("port", "port"), ("prot", "port"), ("hostnme", "hostname"), ("ä", "a")];

        assert_eq!(pairs.map(|(a, b)| distance(a, b)), [3, 0, 2, 1, 1]);
    }

    /// A suggestion is made only when it is likely to be right.
    #[test]
    fn a_name_too_far_from_all_known_ones_has_no_nearest() {
        let known = ["enable_verification", "verification_sms_otp_validity"];

        assert_eq!(nearest("enable_verifcation", known), Some("enable_verification"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}
