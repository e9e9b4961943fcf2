//! Suggestions for misspelled names.

/// Returns the name among `known` that is most similar to `name`, if one is similar.
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    const NEAR: f64 = 0.8;
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let near = known.map(|other| (likeness(other), other));
    let near = near.filter(|(likeness, other)| *likeness >= NEAR && *other != name);
    let nearest = near.max_by(|(one, _), (other, _)| one.total_cmp(other));
    nearest.map(|(_, name)| name)
}

/// Returns the end of a hint with the suggestion.
pub fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_name_finds_none() {
        let known = ["readOnly", "description", "x-personal"];
        for (name, meant) in [
            ("readonly", Some("readOnly")),
            ("descripton", Some("description")),
            ("x-persnal", Some("x-personal")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
        assert_eq!(did_you_mean(Some("readOnly")), "; did you mean `readOnly`?");
        assert_eq!(did_you_mean(None), "");
    }
}
