//! Phrases that docs/style.md replaces, each with what to write instead.

use std::fs;

use regex::Regex;

use super::super::ratchet::{self, Violation};
use super::super::source;
use super::text;

/// Patterns for lower-case text, in which a space stands for any white space.
const PHRASES: &[(&str, &str)] = &[
    (
        r"(?:is|are|was) none of|that (?:is|are) none",
        "`is not a …`",
    ),
    (r"ones? that (?:is|are)", "the noun itself"),
    (r"whoever", "`anyone who`, or name the caller"),
    (r"nobody", "name who does not, or use the passive"),
    (r"but for", "`except`"),
    (r"in so far|insofar", "`if`, `as far as`"),
    (r"shall", "`must`, `should` or `will`"),
    (r"by which", "`that`, or turn the sentence around"),
    (
        r"# errors\s+those of",
        "what the errors are, or `Same as [`x`]`",
    ),
    (
        r"hold(?:s|ing)?(?: \w+){0,4} against|held(?: \w+){0,4} against",
        "`compare with`, `check against`",
    ),
    (
        r"makes? of (?:it|them|that|this|an?|the|its?)",
        "`reads as`, `returns for`",
    ),
    (r"go(?:es|ing)? on|went on", "`continue`"),
    (
        r"(?:is|are|was|were) told",
        "`receives`, `differs from`, `learns`",
    ),
    (r"(?:is|are) asked", "`is requested`, `is called`"),
    (
        r"what (?:is|was) (?:said|asked|told|heard|around)",
        "name it",
    ),
    (
        r"what one (?:asks|sends|has|needs|writes|gets|wants)",
        "name it",
    ),
    (
        r"what comes (?:of|before|after|out)|what goes (?:with|on|from|around|out|before|into|through|by)",
        "name it",
    ),
    (r"another thing", "name it"),
    (
        r"(?:an|the|its|each|every|this|that|no|any|one|whose|empty|late|such an) answers?",
        "`response`",
    ),
    (r"answers of", "`responses of`"),
    (
        r"(?:a|the|its|each|every|this|no|any|one) reply|replies",
        "`response`",
    ),
    (r"refusals?", "`rejection`, `error response`"),
    (r"(?:this|that|in|of) one call", "`request`, `operation`"),
    (r"undertakings?", "`operation`, `retry loop`"),
    (r"hand(?:s|ed|ing)? out", "`return`, `issue`"),
    (r"hand(?:s|ed|ing)? on", "`forward`, `pass`"),
    (r"misfits?", "`mismatch`, `invalid value`"),
    (r"distrust", "`authentication error`"),
    (r"patience", "`wait`, `timeout`"),
    (
        r"speaks? of|spoken|unspeakable",
        "`mention`, `represent`, `encode`",
    ),
    (r"mend(?:s|ed|ing)?", "`fix`, `correct`"),
    (r"anew", "`again`, `new`"),
    (r"(?:as|way) (?:it|they) came", "`unchanged`"),
];

#[test]
fn prose_uses_plain_phrases() {
    let phrases = Phrases::compile();
    let mut violations = Vec::new();
    for (file, prose) in prose() {
        for (line, phrase, instead) in phrases.find(&prose) {
            let problem = format!("`{phrase}`: write {instead}");
            violations.push(Violation::new(&file, line, &problem));
        }
    }
    ratchet::check("phrases", &violations);
}

/// All phrases as one pattern, which is fast, and each alone, which tells what to write instead.
struct Phrases {
    any: Regex,
    each: Vec<(Regex, &'static str)>,
}

impl Phrases {
    fn compile() -> Self {
        let spaced = |pattern: &str| pattern.replace(' ', r"\s+");
        let each = PHRASES
            .iter()
            .map(|(pattern, instead)| {
                let whole = format!("^(?:{})$", spaced(pattern));
                (Regex::new(&whole).unwrap(), *instead)
            })
            .collect();
        let any: Vec<&str> = PHRASES.iter().map(|(pattern, _)| *pattern).collect();
        let any = format!(r"\b(?:{})\b", spaced(&any.join("|")));
        Self {
            any: Regex::new(&any).unwrap(),
            each,
        }
    }

    /// The phrases in `prose` by line, with what to write instead.
    fn find(&self, prose: &[text::Prose]) -> Vec<(usize, String, &'static str)> {
        let mut found = Vec::new();
        for prose in prose {
            let lower = prose.text.to_lowercase();
            for hit in self.any.find_iter(&lower) {
                let line = prose.line + lower[..hit.start()].matches('\n').count();
                let words: Vec<&str> = hit.as_str().split_whitespace().collect();
                let is_it = |(pattern, _): &&(Regex, _)| pattern.is_match(hit.as_str());
                let (_, instead) = self.each.iter().find(is_it).unwrap();
                found.push((line, words.join(" "), *instead));
            }
        }
        found
    }
}

/// All files that people read, with their prose.
fn prose() -> Vec<(String, Vec<text::Prose>)> {
    let root = source::root();
    let mut all: Vec<(String, Vec<text::Prose>)> = super::rust_files()
        .into_iter()
        .filter(|(file, _)| !file.ends_with("/phrases.rs"))
        .map(|(file, source)| {
            let prose = text::of_rust(&source, super::is_product(&file));
            (file, prose)
        })
        .collect();
    for file in source::files(root, ".", &["md", "html", "js"]) {
        // It has the glossary.
        if file == "docs/style.md" {
            continue;
        }
        let source = fs::read_to_string(root.join(&file)).unwrap();
        let text = text::without_code(&source);
        all.push((file, vec![text::Prose { line: 1, text }]));
    }
    all
}

#[test]
fn a_phrase_is_found_across_lines_and_not_in_code() {
    let prose = text::of_rust(
        "/// Sends it to whoever\n/// asks, but\n/// for `nobody`.\nfn nobody() {}\n",
        true,
    );
    let found: Vec<(usize, String)> = Phrases::compile()
        .find(&prose)
        .into_iter()
        .map(|(line, phrase, _)| (line, phrase))
        .collect();
    assert_eq!(
        found,
        [(1, "whoever".to_owned()), (2, "but for".to_owned())]
    );
}
