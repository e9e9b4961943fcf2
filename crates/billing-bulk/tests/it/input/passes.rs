//! An input is checked, and read again.

use std::io::Write as _;

use billing_bulk::input::{Input, InputError, InputSource};
use sha2::{Digest as _, Sha256};

use super::setup::{CUSTOMER, partner, rows};

#[test]
fn input_that_changes_after_the_check_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("customers.csv");
    let text = format!("customer_id,email\n{CUSTOMER},a@example.com\n");
    let check = || {
        std::fs::write(&path, &text).unwrap();
        Input::check(path.as_path(), partner()).unwrap()
    };
    let input = check();
    assert_eq!(input.sha256(), Sha256::digest(text.as_bytes()).as_slice());
    assert_eq!(rows(&input).len(), 1);

    for changed in [
        text.replace("a@", "b@"),
        format!("{text}\n"),
        text.replace("email", "emial"),
        text.replace(CUSTOMER, "nobody"),
        String::new(),
        "\0".to_owned(),
    ] {
        let input = check();
        std::fs::write(&path, &changed).unwrap();
        let last = match input.rows() {
            Ok(rows) => rows.last().and_then(Result::err),
            Err(error) => Some(error),
        };
        let Some(error @ InputError::Changed { .. }) = last else {
            unreachable!("{changed:?}: {last:?}")
        };
        let expected = format!("{}: it changed after it was checked", path.display());
        assert_eq!(error.to_string(), expected);
    }

    let input = check();
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(input.rows(), Err(InputError::Read { .. })));
}

#[test]
fn rows_end_after_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("customers.csv");
    std::fs::write(&path, format!("customer_id\n{CUSTOMER}\n")).unwrap();
    let input = Input::check(path.as_path(), partner()).unwrap();
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    file.write_all(b"nobody\n").unwrap();
    let mut rows = input.rows().unwrap();
    assert!(matches!(rows.next(), Some(Ok(_))));
    assert!(matches!(rows.next(), Some(Err(InputError::Changed { .. }))));
    assert!(rows.next().is_none());
}

#[test]
fn pipe_is_refused() {
    let error = Input::check(std::path::Path::new("/dev/null"), partner()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/dev/null has a mistake\n\
         /dev/null: it is a pipe or a device, and is read twice\n  \
         hint: save it to a file, or give it as `-`"
    );
}

#[test]
fn stream_is_read_into_memory() {
    let text = format!("customer_id\n{CUSTOMER}\n");
    let source = InputSource::read("standard input", text.as_bytes()).unwrap();
    let input = Input::check(source, partner()).unwrap();
    assert_eq!(rows(&input).len(), 1);
    let endless = std::io::repeat(b'a');
    let error = InputSource::read("standard input", endless).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it is larger than 256 MiB; save it to a file"
    );
}

#[test]
fn rows_can_be_read_on_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Input>();
    is_send::<billing_bulk::input::InputRows>();
}
