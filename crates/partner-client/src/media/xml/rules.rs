//! Rules of XML 1.0, the only version that .NET reads and writes, and our own limits.

/// The namespace that defines `nil` ("XML Schema Part 1: Structures", section 2.6).
pub(super) const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The largest document that is read, in bytes. The default limit of a response is smaller.
pub(super) const SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// How deep elements may nest. The types of the service need eight levels.
pub(super) const DEPTH_LIMIT: usize = 64;

/// Returns whether XML allows the character ("Extensible Markup Language 1.0", section 2.2). It
/// does not allow most control characters, not even as references.
pub(super) fn is_allowed(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..
    )
}

/// Returns whether an element or attribute can have the name, which has no prefix ("Namespaces in
/// XML 1.0", section 3).
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(starts_name) && name.chars().all(continues_name)
}

/// Returns whether an element can be in the namespace. The namespaces of `xml:` and of declarations
/// have no elements ("Namespaces in XML 1.0", section 3), and the value of an attribute has no line
/// ends.
pub(super) fn is_namespace(name: &str) -> bool {
    const RESERVED: [&str; 2] = [
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/2000/xmlns/",
    ];
    let is_allowed_here =
        |character| is_allowed(character) && !matches!(character, '\t' | '\n' | '\r');
    !RESERVED.contains(&name) && name.chars().all(is_allowed_here)
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
