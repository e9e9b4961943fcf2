//! Which name may have been meant.

/// `; did you mean …?` for the name that is nearest to one that does not exist, if one is near.
pub(crate) fn did_you_mean(name: &str, names: &[&str]) -> String {
    let given = name.to_lowercase().replace('_', "-");
    let slips = (given.chars().count() / 4).max(1);
    let near = names
        .iter()
        .map(|name| (strsim::osa_distance(&given, name), name));
    match near.min_by_key(|(distance, _)| *distance) {
        Some((distance, name)) if distance <= slips => format!("; did you mean {name}?"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let names = ["tenant-id", "client-id", "cloud"];
        for (given, expected) in [
            ("clowd", "; did you mean cloud?"),
            ("tenant_id", "; did you mean tenant-id?"),
            ("TenantId", "; did you mean tenant-id?"),
            ("colour", ""),
            ("", ""),
        ] {
            assert_eq!(did_you_mean(given, &names), expected, "{given}");
        }
    }
}
