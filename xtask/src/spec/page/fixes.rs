//! Corrections of a page's text, from its overlay.

use crate::codegen::problem::Problem;
use crate::spec::overlay::{Fix, FixTarget, Overlay};
use crate::spec::sha256::sha256;

/// Returns the text with the corrections of the overlay. An added line stays in the line that it
/// comes before, so that all keep their numbers for a reader of the page.
pub(super) fn apply(text: &str, overlay: &Overlay) -> Result<String, Vec<Problem>> {
    let fixes = overlay.fixes()?;
    if fixes.is_empty() {
        return Ok(text.to_owned());
    }
    let sum = sha256(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut problems = Vec::new();
    for fix in &fixes {
        if let Err((what, hint)) = correct(&mut lines, &sum, fix) {
            let location = format!(":{}", fix.line);
            problems.push(Problem::new(&overlay.file, location, what, hint));
        }
    }
    if problems.is_empty() {
        Ok(lines.join("\n"))
    } else {
        Err(problems)
    }
}

fn correct(lines: &mut [String], sum: &str, fix: &Fix) -> Result<(), (String, String)> {
    let refuse = |what: &str, hint: &str| Err((what.to_owned(), hint.to_owned()));
    if fix.sha256 != sum {
        let hint = format!("check the page, whose sha256 is {sum}, and the fix against each other");
        return Err(("the fix is for another text".to_owned(), hint));
    }
    let FixTarget::Line(number) = fix.target else {
        return refuse("a page has no pointers", "give the `line`");
    };
    let index = number.checked_sub(1);
    let Some(line) = index.and_then(|index| lines.get_mut(index)) else {
        return refuse("the page has no such line", "correct the `line`");
    };
    let text = |value: &Option<toml::Value>| match value {
        None => Some(String::new()),
        Some(toml::Value::String(text)) => Some(text.clone()),
        Some(_) => None,
    };
    let (Some(old), Some(new)) = (text(&fix.old), text(&fix.new)) else {
        return refuse("a line is text", "write `old` and `new` as strings");
    };
    if line.trim() != old.trim() {
        let hint = format!("line {number} is `{}`", line.trim());
        return Err(("`old` is not the text of the line".to_owned(), hint));
    }
    *line = new;
    Ok(())
}
