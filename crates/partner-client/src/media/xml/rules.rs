//! What XML 1.0 allows: .NET reads and writes no other version.

/// Whether XML has the character ("Extensible Markup Language 1.0", section 2.2); it has most control characters in no
/// form, not even as a reference.
pub(super) fn is_allowed(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..
    )
}

/// Whether an element or attribute can have the name, less its prefix ("Namespaces in XML 1.0", section 3).
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(starts_name) && name.chars().all(continues_name)
}

/// Whether an element can be in the namespace: that of `xml:` and that of declarations have none and no other prefix
/// ("Namespaces in XML 1.0", section 3), and an attribute's value has no line ends.
pub(super) fn is_namespace(name: &str) -> bool {
    const RESERVED: [&str; 2] = [
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/2000/xmlns/",
    ];
    let may_be_in_it =
        |character| is_allowed(character) && !matches!(character, '\t' | '\n' | '\r');
    !RESERVED.contains(&name) && name.chars().all(may_be_in_it)
}

fn starts_name(character: char) -> bool {
    matches!(
        character,
        'A'..='Z' | 'a'..='z' | '_'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}'
    )
}

fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(
            character,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}'
        )
}
