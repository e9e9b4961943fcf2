//! Guesses which name was meant by an unknown one.

/// Returns the candidate nearest to an unknown name or path, if any is near; of several, the first.
///
/// Letter case is ignored, and so are parents if the last member is right: `city` means
/// `address.city`.
///
/// ```
/// use billing_edit::nearest;
///
/// assert_eq!(nearest("adress.city", ["address.city", "address.country"]), Some("address.city"));
/// ```
pub fn nearest<'a>(path: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = path.to_lowercase();
    let (given_parent, given_name) = split(&given);
    // A short name may have one slip, a long one several.
    let slips = (given_name.chars().count() / 4).max(1);
    let near = candidates.into_iter().filter_map(|candidate| {
        let lower = candidate.to_lowercase();
        let (parent, name) = split(&lower);
        let is_beginning = given_name.len() >= 3 && name.starts_with(given_name);
        let distance = if is_beginning && name != given_name {
            1
        } else {
            strsim::osa_distance(given_name, name)
        };
        let elsewhere = usize::from(parent != given_parent);
        (distance <= slips).then_some((distance, elsewhere, candidate))
    });
    near.min_by_key(|(distance, elsewhere, _)| (*distance, *elsewhere))
        .map(|(.., candidate)| candidate)
}

/// Splits a path into the parent and the last member.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_prefixes_and_missing_parents_are_near() {
        let candidates = [
            "companyName",
            "firstName",
            "address.city",
            "address.phoneNumber",
            "address.firstName",
            "address.postalCode",
        ];
        for (given, expected) in [
            ("compnyName", Some("companyName")),
            ("CompanyName", Some("companyName")),
            ("firstName", Some("firstName")),
            ("address.FirstName", Some("address.firstName")),
            ("city", Some("address.city")),
            ("billTo.city", Some("address.city")),
            ("phone", Some("address.phoneNumber")),
            ("address.postcode", Some("address.postalCode")),
            ("address.ctiy", Some("address.city")),
            ("zip", None),
            ("address.town", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, candidates), expected, "{given}");
        }
    }
}
