//! JSON pointers (RFC 6901) and the references that carry them.

/// Splits the pointer of a reference (the part after `#`) into its steps; an error says why it is
/// no pointer.
pub fn steps(fragment: &str) -> Result<Vec<String>, String> {
    let fragment = percent_decoded(fragment)?;
    if fragment.is_empty() {
        return Ok(Vec::new());
    }
    let Some(steps) = fragment.strip_prefix('/') else {
        return Err(format!(
            "`#{fragment}` names an anchor; only JSON pointers are read"
        ));
    };
    steps.split('/').map(unescaped).collect()
}

/// Returns a step with `~1` and `~0` replaced.
fn unescaped(step: &str) -> Result<String, String> {
    let mut unescaped = String::with_capacity(step.len());
    let mut rest = step.chars();
    while let Some(character) = rest.next() {
        unescaped.push(match character {
            '~' => match rest.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return Err(format!("`{step}` has a `~` without `0` or `1`")),
            },
            other => other,
        });
    }
    Ok(unescaped)
}

/// Returns a part of a reference with `%25` and so on replaced.
pub fn percent_decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                    return Err(format!("`{text}` has a `%` without two hexadecimal digits"));
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| format!("`{text}` is not UTF-8 after decoding"))
}
