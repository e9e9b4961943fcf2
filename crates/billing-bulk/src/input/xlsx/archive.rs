//! The size of a workbook's parts, which is checked before they are read into memory.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::input::mistake::Mistake;

/// Checks that the parts of a workbook have a bounded size after decompression. Sizes that the
/// archive declares may be wrong, so each part is decompressed. `most` is the limit in bytes.
///
/// # Errors
/// A part that cannot be read, or parts that are too large.
pub(super) fn check(workbook: &[u8], most: u64) -> Result<(), Mistake> {
    let broken =
        |_| Mistake::new("it is not a workbook that can be read: its ZIP archive is broken");
    let mut archive = ZipArchive::new(Cursor::new(workbook)).map_err(broken)?;
    let mut left = most;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let size = measure(part.take(left.saturating_add(1)))
            .map_err(|_| Mistake::new("it is not a workbook that can be read: a part is broken"))?;
        let Some(size) = size else {
            return Err(Mistake::new("the workbook declares more texts than it has"));
        };
        left = left.checked_sub(size).ok_or_else(|| {
            let most = most >> 20;
            let problem = format!("its parts are larger than {most} MiB after decompression");
            Mistake::new(problem).hint("give a table of this size as CSV")
        })?;
    }
    Ok(())
}

/// Returns the size of a part, or `None` if it declares more texts than it has room for: the
/// reader of workbooks reserves memory for all of them.
fn measure(mut part: impl Read) -> std::io::Result<Option<u64>> {
    let mut size = 0_u64;
    let mut most = 0_u64;
    let mut chunk = vec![0; 64 << 10];
    // The end of the last chunk and the present one.
    let mut window: Vec<u8> = Vec::new();
    loop {
        let read = part.read(&mut chunk)?;
        if read == 0 {
            // The shortest text, `<si/>`, has five bytes.
            return Ok((most <= size / 5).then_some(size));
        }
        size = size.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        window.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if window.contains(&0) {
            // UTF-16.
            window.retain(|byte| *byte != 0);
        }
        let text = String::from_utf8_lossy(&window);
        for declared in text.split("uniqueCount").skip(1) {
            let digits = declared.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'']);
            let end = digits.find(|one: char| !one.is_ascii_digit());
            let digits = digits.get(..end.unwrap_or(digits.len())).unwrap_or(digits);
            if !digits.is_empty() {
                most = most.max(digits.parse().unwrap_or(u64::MAX));
            }
        }
        let kept = window.len().saturating_sub(256);
        window.drain(..kept);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::{check, measure};

    #[test]
    fn parts_that_expand_beyond_the_limit_are_refused() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for part in ["a.xml", "b.xml"] {
            zip.start_file(part, SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        let bomb = zip.finish().unwrap().into_inner();
        assert!(bomb.len() < 8 << 10);
        assert_eq!(check(&bomb, 2 << 20), Ok(()));
        let refused = check(&bomb, (2 << 20) - 1).unwrap_err();
        let expected = "its parts are larger than 1 MiB after decompression";
        assert_eq!(refused.problem, expected);
        assert_eq!(
            refused.hint.as_deref(),
            Some("give a table of this size as CSV")
        );
    }

    #[test]
    fn part_that_declares_more_texts_than_it_has_is_refused() {
        let part = |count: &str| format!("<sst {count}>{}</sst>", "<si/>".repeat(10));
        for (count, expected) in [
            ("uniqueCount=\"10\"", true),
            ("", true),
            ("uniqueCount=\"11000000000\"", false),
            ("uniqueCount = '99999999999999999999999'", false),
        ] {
            let part = part(count);
            let size = measure(part.as_bytes()).unwrap();
            assert_eq!(size.is_some(), expected, "{count}");
            let utf_16: Vec<u8> = part.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(measure(utf_16.as_slice()).unwrap().is_some(), expected);
        }
    }
}
