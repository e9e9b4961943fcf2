//! Which name may have been meant.

/// `; did you mean …?` for the name that is nearest to one that does not exist, if one is near.
pub(crate) fn did_you_mean(name: &str, names: &[&str]) -> String {
    let given = name.to_lowercase().replace('_', "-");
    let slips = given.chars().count().div_ceil(3);
    let near = names.iter().map(|name| (strsim::osa_distance(&given, name), name));
    match near.min_by_key(|(distance, _)| *distance) {
        Some((distance, name)) if distance <= slips => format!("; did you mean {name}?"),
        _ => String::new(),
    }
}
