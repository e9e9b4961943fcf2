//! Guesses which name was meant by an unknown one.

use billing_edit::nearest;

/// Returns the names as in `a, b, c; did you mean b?`, with the nearest to an unknown one, if any
/// is near.
pub(crate) fn names_with_nearest(unknown: &str, names: &[&str]) -> String {
    let all = names.join(", ");
    match nearest(unknown, names.iter().copied()) {
        Some(near) => format!("{all}; did you mean {near}?"),
        None => all,
    }
}

#[cfg(test)]
mod tests {
    use super::names_with_nearest;

    #[test]
    fn slip_is_near_and_another_word_is_not() {
        let names = ["tenant-id", "client-id", "cloud"];
        for (given, expected) in [
            ("clowd", "; did you mean cloud?"),
            ("tenant_id", "; did you mean tenant-id?"),
            ("TenantId", "; did you mean tenant-id?"),
            ("colour", ""),
            ("", ""),
        ] {
            let all = format!("tenant-id, client-id, cloud{expected}");
            assert_eq!(names_with_nearest(given, &names), all, "{given}");
        }
    }
}
