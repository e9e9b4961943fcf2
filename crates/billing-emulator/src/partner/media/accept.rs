//! `Accept`: media ranges with weights (RFC 9110, section 12.5.1).

/// Returns the offered media type with the highest weight; the first in the header if several have
/// it. An absent or empty header accepts everything.
pub(super) fn best(accept: &str, offered: &[&'static str]) -> Option<&'static str> {
    let ranges: Vec<_> = accept.split(',').filter_map(range).collect();
    if ranges.is_empty() && accept.trim().is_empty() {
        return offered.first().copied();
    }
    let mut best: Option<(f32, usize, &'static str)> = None;
    for media_type in offered {
        // The most specific range counts.
        let fitting = ranges
            .iter()
            .enumerate()
            .filter(|(_, (range, _))| fits(range, media_type));
        let Some((place, (_, weight))) = fitting.max_by_key(|(_, (range, _))| specificity(range))
        else {
            continue;
        };
        let is_better = best
            .is_none_or(|(most, first, _)| *weight > most || (*weight == most && place < first));
        if *weight > 0.0 && is_better {
            best = Some((*weight, place, media_type));
        }
    }
    best.map(|(_, _, media_type)| media_type)
}

/// Returns a range in lower case and its weight.
fn range(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(Some(1.0), |(_, weight)| weight.trim().parse().ok())?;
    Some((range.to_ascii_lowercase(), weight))
}

fn fits(range: &str, media_type: &str) -> bool {
    match range.strip_suffix('*') {
        Some("*/") => true,
        Some(start) => start.ends_with('/') && media_type.starts_with(start),
        None => range == media_type,
    }
}

fn specificity(range: &str) -> usize {
    match range.strip_suffix('*') {
        Some("*/") => 0,
        Some(_) => 1,
        None => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn the_most_specific_range_has_the_weight_that_chooses() {
        let offered = [
            "application/json",
            "text/json",
            "application/xml",
            "text/xml",
        ];
        for (accept, chosen) in [
            ("", Some("application/json")),
            ("*/*", Some("application/json")),
            ("text/*", Some("text/json")),
            ("application/xml", Some("application/xml")),
            ("TEXT/XML; charset=utf-8", Some("text/xml")),
            ("application/json;q=0.5, text/xml;q=0.9", Some("text/xml")),
            ("text/xml, application/json", Some("text/xml")),
            (
                "*/*;q=0.1, application/xml ; q = 0.2",
                Some("application/xml"),
            ),
            (
                "application/*, application/json;q=0",
                Some("application/xml"),
            ),
            ("text/html, */*;q=0.1", Some("application/json")),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;q=high", None),
        ] {
            assert_eq!(best(accept, &offered), chosen, "{accept}");
        }
    }
}
