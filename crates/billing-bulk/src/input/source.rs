//! Where an input comes from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::{Buf as _, Bytes};

use crate::input::limits;
use crate::input::mistake::{Mistake, Stop};

/// Where an input comes from. It is read twice: to check it, and to use it.
#[derive(Clone)]
pub enum InputSource {
    /// A file.
    File(PathBuf),
    /// Bytes in memory, such as those of standard input, and the name to use in errors.
    Bytes {
        /// The name.
        name: String,
        /// The contents.
        bytes: Bytes,
    },
}

impl InputSource {
    /// Reads all of a stream, such as standard input, into memory. Blocks the thread.
    ///
    /// # Errors
    /// The stream cannot be read, or has more than 256 MiB.
    pub fn read(name: impl Into<String>, stream: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let most = limits::STREAM;
        let read = stream
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)?;
        if u64::try_from(read).is_ok_and(|read| read > most) {
            let problem = format!("it is larger than {} MiB; save it to a file", most >> 20);
            return Err(io::Error::other(problem));
        }
        Ok(Self::Bytes {
            name: name.into(),
            bytes: bytes.into(),
        })
    }

    /// Returns the name to use in errors.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Bytes { name, .. } => name.clone(),
        }
    }

    /// Returns the extension of the file's name, in lower case.
    pub(super) fn extension(&self) -> Option<String> {
        let Self::File(path) = self else {
            return None;
        };
        path.extension()
            .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
    }

    pub(super) fn open(&self) -> Result<Box<dyn Read + Send>, Stop> {
        match self {
            Self::File(path) => {
                let metadata = std::fs::metadata(path)?;
                if metadata.is_dir() {
                    return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
                }
                if !metadata.is_file() {
                    let mistake = Mistake::new("it is a pipe or a device, and is read twice");
                    return Err(mistake.hint("save it to a file, or give it as `-`").into());
                }
                Ok(Box::new(File::open(path)?))
            }
            Self::Bytes { bytes, .. } => Ok(Box::new(bytes.clone().reader())),
        }
    }
}

// The bytes are about people.
impl fmt::Debug for InputSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InputSource").field(&self.name()).finish()
    }
}

impl From<PathBuf> for InputSource {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for InputSource {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}
